// Play: the sticks of nim and the ways to take some: by pointing at them, by buttons, by keys.

import { useEffect, useState } from "preact/hooks";
import { STICKS } from "../../../shared/games/nim.ts";
import type { Act } from "../act.ts";
import { useListening } from "../hooks.ts";
import { isForGame } from "../keys.ts";
import { nameAt } from "../nameAt.ts";
import type { NimSeat } from "../tables.ts";
import { nimTexts } from "./nimTexts.ts";
import { isOn, turnText } from "./turnText.ts";

const COUNTS = [1, 2, 3] as const;
type Count = (typeof COUNTS)[number];

export function Play(props: {
  readonly seat: NimSeat;
  readonly act: Act;
  readonly isSending: boolean;
}) {
  const { seat, act, isSending } = props;
  const [wouldTake, setWouldTake] = useState(0);
  const said = useSaid(seat);
  const { table } = seat.state;
  const isMine = isOn(seat) && table.turn === seat.index && !isSending;
  const take = (count: Count) => {
    if (!isMine || count > table.sticks) return;
    setWouldTake(0);
    void act(seat.send.take({ count }));
  };
  useNumberKeys(take);
  return (
    <>
      <Sticks
        left={table.sticks}
        marked={isMine ? wouldTake : 0}
        pick={isMine ? (count) => take(count) : undefined}
        mark={setWouldTake}
      />
      <p class="left" data-testid="sticks-left">
        {nimTexts.sticks(table.sticks)}
      </p>
      <p class="turn" role="status" aria-live="polite" data-testid="turn">
        {said === "" ? "" : `${said} `}
        {turnText(seat, isSending)}
      </p>
      {isOn(seat) && seat.index !== undefined ? (
        <Takes most={isMine ? table.sticks : 0} take={take} mark={setWouldTake} />
      ) : null}
    </>
  );
}

function Takes(props: {
  /** The most that may be taken now. */
  readonly most: number;
  readonly take: (count: Count) => void;
  readonly mark: (count: number) => void;
}) {
  const { most, take, mark } = props;
  // Not `disabled`: whoever plays by keyboard keeps their place while the other one thinks.
  return (
    <>
      <div class="row takes">
        {COUNTS.map((count) => (
          <button
            key={count}
            type="button"
            class="primary"
            data-testid={`take-${count}`}
            aria-disabled={count > most}
            onPointerEnter={() => mark(count)}
            onPointerLeave={() => mark(0)}
            onFocus={() => mark(count)}
            onBlur={() => mark(0)}
            onClick={() => take(count)}
          >
            {nimTexts.take(count)}
          </button>
        ))}
      </div>
      <p class="dim keys">{nimTexts.keys}</p>
    </>
  );
}

/** The newest move, in words. */
function useSaid(seat: NimSeat): string {
  const [said, setSaid] = useState("");
  useListening(
    () =>
      seat.on("event", ({ values }) => {
        const { seat: index, count } = values;
        setSaid(
          index === seat.index
            ? nimTexts.youTook(count)
            : nimTexts.took(nameAt(seat, index), count),
        );
      }),
    [seat],
  );
  return isOn(seat) && seat.state.table.sticks < STICKS ? said : "";
}

function useNumberKeys(take: (count: Count) => void): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const count = COUNTS.find((each) => String(each) === event.key);
      if (count !== undefined && !event.repeat && isForGame(event)) take(count);
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  });
}

function Sticks(props: {
  readonly left: number;
  readonly marked: number;
  readonly pick: ((count: Count) => void) | undefined;
  readonly mark: (count: number) => void;
}) {
  const { left, marked, pick, mark } = props;
  return (
    <div class="sticks" aria-hidden="true" data-testid="sticks">
      {Array.from({ length: STICKS }, (_, at) => {
        // The last of those left are the ones that go.
        const count = COUNTS.find((each) => each === left - at);
        const state = at >= left ? "gone" : at >= left - marked ? "marked" : "";
        const isPickable = pick !== undefined && count !== undefined;
        return (
          <button
            key={at}
            type="button"
            tabIndex={-1}
            disabled={!isPickable}
            class={`stick ${state} ${isPickable ? "pickable" : ""}`}
            style={{ "--lean": `${((at * 37) % 13) - 6}deg` } as never}
            onPointerEnter={isPickable ? () => mark(count) : undefined}
            onPointerLeave={isPickable ? () => mark(0) : undefined}
            onClick={isPickable ? () => pick(count) : undefined}
          />
        );
      })}
    </div>
  );
}
