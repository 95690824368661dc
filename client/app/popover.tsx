// Popover: a button and the card that it opens beside itself. It knows nothing of what the card says.

import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
import { useEscape } from "./hooks.ts";

export interface PopoverProps {
  /** Class of the whole and, with `-card`, of the card; tests find both by it. */
  readonly name: string;
  readonly look?: "quiet" | "primary" | undefined;
  readonly label: ComponentChildren;
  /** What the card says, drawn only while it is open. */
  readonly children: (close: () => void) => ComponentChildren;
}

export function Popover({ name, look, label, children }: PopoverProps) {
  const [isOpen, setOpen] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const close = () => {
    if (isOpen) opener.current?.focus();
    setOpen(false);
  };
  useEscape(close);
  return (
    <div class={`opener ${name}`}>
      <button
        ref={opener}
        type="button"
        class={look}
        aria-expanded={isOpen}
        data-testid={name}
        onClick={() => setOpen(!isOpen)}
      >
        {label}
      </button>
      {isOpen ? (
        <div class={`card popover ${name}-card`} data-testid={`${name}-card`}>
          {children(close)}
        </div>
      ) : null}
    </div>
  );
}
