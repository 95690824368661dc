// Hand-off card: the way to go on, on another device: a code that is good once and for two minutes, and
// a link that carries it, also for a camera. It asks for one only when somebody wants it.

import { useState } from "preact/hooks";
import { systemClock } from "../../../shared/clock.ts";
import { accountTexts } from "../account/accountTexts.ts";
import { useAsking } from "../account/asking.ts";
import { ProblemNote } from "../account/fields.tsx";
import { useBeat } from "../hooks.ts";
import { linkOf, offerCode, spokenCode } from "./handOff.ts";
import { QrCode } from "./qrCode.tsx";
import "./handOff.css";

interface Shown {
  readonly code: string;
  readonly untilMs: number;
}

export function HandOffCard() {
  const [shown, setShown] = useState<Shown>();
  const asking = useAsking();
  const offer = () =>
    void asking.run(async () => {
      const { code, expiresInMs } = await offerCode();
      setShown({ code, untilMs: systemClock.now() + expiresInMs });
    });
  return (
    <section class="card" data-testid="hand-off">
      <h3>{accountTexts.handOff}</h3>
      <p class="dim">{accountTexts.handOffAbout}</p>
      {shown === undefined ? null : <CodeShown key={shown.code} shown={shown} />}
      <div class="row">
        <button type="button" data-testid="offer" aria-disabled={asking.isUnderWay} onClick={offer}>
          {shown === undefined ? accountTexts.handOffShow : accountTexts.handOffAnother}
        </button>
      </div>
      <ProblemNote problem={asking.problem} />
    </section>
  );
}

function CodeShown({ shown: { code, untilMs } }: { readonly shown: Shown }) {
  useBeat(1_000);
  const leftMs = untilMs - systemClock.now();
  if (leftMs <= 0) return <p role="status">{accountTexts.handOffOver}</p>;
  return (
    <>
      <div class="ways-on">
        <QrCode text={linkOf(code)} label={accountTexts.handOffQr} />
        <div class="stack">
          <p>{accountTexts.handOffHow(location.host)}</p>
          <p class="code" role="status" data-testid="offered-code">
            {spokenCode(code)}
          </p>
          <input
            readOnly
            aria-label={accountTexts.handOffLink}
            data-testid="offered-link"
            value={linkOf(code)}
            onFocus={(event) => event.currentTarget.select()}
          />
        </div>
      </div>
      <p class="dim">{accountTexts.handOffLeft(leftMs)}</p>
    </>
  );
}
