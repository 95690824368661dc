// Adventure table: the story, the surroundings and the prompt of somebody on the island. It shows the
// seat's view and sends what is typed; the rules decide.

import { useMemo, useRef, useState } from "preact/hooks";
import type { Act } from "../act.ts";
import { useBeat, useNews } from "../hooks.ts";
import type { AdventureSeat } from "../tables.ts";
import { Prompt } from "./prompt.tsx";
import { type SentLine, StoryView } from "./storyView.tsx";
import { Surroundings } from "./surroundings.tsx";
import { Transcript } from "./transcript.ts";
import "./adventure.css";

/** Who reads and who counts down need not be told more often. */
const BEAT_MS = 5_000;

export function AdventureTable({ seat, act }: { readonly seat: AdventureSeat; readonly act: Act }) {
  useNews((told) => seat.on("change", told), 0);
  useBeat(BEAT_MS);
  const transcript = useMemo(() => new Transcript(), [seat]);
  const { sent, send } = useSentLines(seat, act);
  const sight = seat.state.sights.get(seat.index ?? -1);
  const here = new Set(sight?.here ?? []);
  const company = seat.seats
    .filter(({ index }) => here.has(index) && index !== seat.index)
    .map(({ name }) => name);
  const underWay = sent.filter(({ isVain }) => !isVain).length;
  return (
    <main class="adventure-table">
      <Surroundings seat={seat} send={send} />
      <StoryView
        leaves={transcript.read(sight)}
        sent={sent}
        othersSent={Math.max(0, seat.pending.length - underWay)}
      />
      <Prompt names={[...(sight?.names ?? []), ...company]} send={send} />
    </main>
  );
}

/** Lines that are on their way, and the one that came to nothing, until the next is sent. */
function useSentLines(seat: AdventureSeat, act: Act) {
  const [sent, setSent] = useState<readonly SentLine[]>([]);
  const numbered = useRef(0);
  const send = (line: string) => {
    numbered.current += 1;
    const number = numbered.current;
    setSent((all) => [...all.filter(({ isVain }) => !isVain), { number, line, isVain: false }]);
    void act(seat.send.type({ line })).then(({ end }) => {
      setSent((all) =>
        end === "applied"
          ? all.filter((each) => each.number !== number)
          : all.map((each) => (each.number === number ? { ...each, isVain: true } : each)),
      );
    });
  };
  return { sent, send };
}
