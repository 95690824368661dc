// Leave ask: asks whether somebody means to give the seat up. Staying is at hand; it gives nothing up
// itself.

import { useEffect, useRef } from "preact/hooks";
import { useEscape } from "./hooks.ts";
import { texts } from "./texts.ts";

export function LeaveAsk(props: { readonly leave: () => void; readonly stay: () => void }) {
  const { leave, stay } = props;
  const staying = useRef<HTMLButtonElement>(null);
  useEffect(() => staying.current?.focus(), []);
  useEscape(stay);
  return (
    <div class="overlay" data-testid="leave-ask">
      <div class="card face" role="alertdialog" aria-label={texts.table.leaveAsk}>
        <h2>{texts.table.leaveAsk}</h2>
        <p>{texts.table.leaveAbout}</p>
        <div class="row">
          <button type="button" data-testid="leave-yes" onClick={leave}>
            {texts.table.leaveYes}
          </button>
          <button ref={staying} type="button" class="primary" data-testid="leave-no" onClick={stay}>
            {texts.table.leaveNo}
          </button>
        </div>
      </div>
    </div>
  );
}
