// Modal: what asks over a page and has to be answered first. The browser keeps the focus inside, closes it on
// Escape and gives the focus back to whoever opened it.

import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

export interface ModalProps {
  readonly look: string;
  readonly label: string;
  readonly testid: string;
  /** An answer is needed, and there is a safe one. */
  readonly isAlert?: boolean;
  readonly close: () => void;
  readonly children: ComponentChildren;
}

export function Modal({ look, label, testid, isAlert = false, close, children }: ModalProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    // Closed while it is still there, it gives the focus back.
    return () => shown?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      class={look}
      role={isAlert ? "alertdialog" : undefined}
      aria-label={label}
      data-testid={testid}
      onClose={close}
      // What is typed and pressed here steers no game.
      onKeyDown={(event) => event.stopPropagation()}
    >
      {children}
    </dialog>
  );
}
