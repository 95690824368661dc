// Tidings: what the server tells somebody at a table in passing, and the one click that answers it: a
// session that ends soon, something unusual about the account, moments that were lost.

import { useEffect, useRef } from "preact/hooks";
import { systemClock } from "../../shared/clock.ts";
import type { Seat } from "../join.ts";
import { accountTexts } from "./account/accountTexts.ts";
import { useUnseenAlert } from "./account/alertWatch.ts";
import { stay } from "./account/staying.ts";
import { useListening } from "./hooks.ts";
import { texts } from "./texts.ts";
import type { Toaster } from "./toasts.tsx";

type NewestToaster = { readonly current: Toaster };

const LOOK = { label: accountTexts.look, run: () => location.assign("#/account") };

export function useTidings(seat: Seat, toaster: NewestToaster): void {
  const toldMs = useRef(0);
  useMissedAlert(toaster, toldMs);
  useListening(() => {
    const stops = [
      seat.on("expiring", (endsInMs) => expiring(seat, toaster, endsInMs)),
      seat.on("alert", (alert) => {
        toldMs.current = systemClock.wallMs();
        toaster.current.say(accountTexts.alertNow(alert), "bad", LOOK);
      }),
      seat.on("rolledBack", ({ undone }) =>
        toaster.current.say(texts.toasts.rolledBack(undone), "bad"),
      ),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [seat, toaster]);
}

/** What came while there was no line to be told on. */
function useMissedAlert(toaster: NewestToaster, toldMs: { readonly current: number }): void {
  const isUnseen = useUnseenAlert(toldMs);
  useEffect(() => {
    if (isUnseen) toaster.current.say(accountTexts.alertToast, "bad", LOOK);
  }, [isUnseen, toaster]);
}

/** The next session is opened before this one ends. */
function expiring(seat: Seat, toaster: NewestToaster, endsInMs: number): void {
  const here = async () => {
    seat.extend();
    toaster.current.say(await stay(endsInMs));
  };
  const run = () => void here();
  const action = { label: texts.toasts.stay, offeredMs: endsInMs, run };
  toaster.current.say(texts.toasts.expiring(endsInMs), "bad", action);
}
