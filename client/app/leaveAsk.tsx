// Leave ask: asks whether somebody means to give the seat up. Staying is at hand; it gives nothing up
// itself.

import { useEffect, useRef } from "preact/hooks";
import { Modal } from "./modal.tsx";
import { texts } from "./texts.ts";

export function LeaveAsk(props: { readonly leave: () => void; readonly stay: () => void }) {
  const { leave, stay } = props;
  const staying = useRef<HTMLButtonElement>(null);
  useEffect(() => staying.current?.focus(), []);
  const { leaveAsk, leaveAbout, leaveYes, leaveNo } = texts.table;
  return (
    <Modal look="card face" label={leaveAsk} testid="leave-ask" isAlert close={stay}>
      <h2>{leaveAsk}</h2>
      <p>{leaveAbout}</p>
      <div class="row">
        <button type="button" data-testid="leave-yes" onClick={leave}>
          {leaveYes}
        </button>
        <button ref={staying} type="button" class="primary" data-testid="leave-no" onClick={stay}>
          {leaveNo}
        </button>
      </div>
    </Modal>
  );
}
