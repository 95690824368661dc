// Lab panel: the knobs of the lab, and the button that opens it. Shown to whoever wants to see what
// a bad line does; nobody needs it to play.

import { useState } from "preact/hooks";
import { useNews } from "../hooks.ts";
import { CALM, type Conditions } from "./conditions.ts";
import { type Lab, lab } from "./lab.ts";
import { labTexts } from "./labTexts.ts";
import "./lab.css";

/** A small button; the first press loads the page again with the lab between game and socket. */
export function LabCorner() {
  const [isOpen, setOpen] = useState(true);
  const open = () => {
    if (lab !== undefined) return setOpen(!isOpen);
    const address = new URL(location.href);
    address.searchParams.set("lab", "");
    location.assign(address.href);
  };
  return (
    <aside class="lab" data-testid="lab">
      <button
        type="button"
        class="quiet lab-open"
        aria-expanded={lab !== undefined && isOpen}
        data-testid="lab-open"
        onClick={open}
      >
        {labTexts.open}
      </button>
      {lab !== undefined && isOpen ? <LabPanel lab={lab} /> : null}
    </aside>
  );
}

function LabPanel({ lab }: { readonly lab: Lab }) {
  useNews((told) => lab.on(told), 0);
  const { conditions } = lab;
  const set = (changed: Partial<Conditions>) => lab.set(changed);
  return (
    <div class="card lab-panel" data-testid="lab-panel">
      <h2>{labTexts.title}</h2>
      <p>{labTexts.about}</p>
      <Knob
        name={labTexts.delay}
        value={conditions.delayMs}
        most={800}
        shown={labTexts.ms(conditions.delayMs)}
        testid="lab-delay"
        set={(delayMs) => set({ delayMs })}
      />
      <Knob
        name={labTexts.jitter}
        value={conditions.jitterMs}
        most={400}
        shown={labTexts.ms(conditions.jitterMs)}
        testid="lab-jitter"
        set={(jitterMs) => set({ jitterMs })}
      />
      <Knob
        name={labTexts.loss}
        about={labTexts.lossAbout}
        value={conditions.lossPercent}
        most={30}
        shown={labTexts.percent(conditions.lossPercent)}
        testid="lab-loss"
        set={(lossPercent) => set({ lossPercent })}
      />
      <Switch
        name={labTexts.blackHole}
        about={labTexts.blackHoleAbout}
        value={conditions.isBlackHole}
        testid="lab-black-hole"
        set={(isBlackHole) => set({ isBlackHole })}
      />
      <Switch
        name={labTexts.offline}
        about={labTexts.offlineAbout}
        value={conditions.isOffline}
        testid="lab-offline"
        set={(isOffline) => set({ isOffline })}
      />
      <div class="row">
        <button type="button" data-testid="lab-cut" onClick={() => lab.cut()}>
          {labTexts.cut}
        </button>
        <button type="button" data-testid="lab-calm" onClick={() => set(CALM)}>
          {labTexts.calm}
        </button>
      </div>
      <small>{labTexts.lines(lab.lineCount)}</small>
    </div>
  );
}

interface Named {
  readonly name: string;
  readonly about?: string;
  readonly testid: string;
}

function Knob(
  props: Named & {
    readonly value: number;
    readonly most: number;
    readonly shown: string;
    readonly set: (value: number) => void;
  },
) {
  const { name, about, value, most, shown, testid, set } = props;
  return (
    <label class="knob" title={about}>
      <span>{name}</span>
      <input
        type="range"
        min={0}
        max={most}
        step={most > 100 ? 10 : 1}
        value={value}
        data-testid={testid}
        onInput={(event) => set(event.currentTarget.valueAsNumber)}
      />
      <output>{shown}</output>
    </label>
  );
}

function Switch(
  props: Named & { readonly value: boolean; readonly set: (value: boolean) => void },
) {
  const { name, about, value, testid, set } = props;
  return (
    <label class="switch" title={about}>
      <input
        type="checkbox"
        checked={value}
        data-testid={testid}
        onChange={(event) => set(event.currentTarget.checked)}
      />
      <span>{name}</span>
    </label>
  );
}
