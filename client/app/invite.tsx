// Invite: the code of a room and a link to it, to be told, copied or shared. Works on plain http,
// where a page may not write to the clipboard by itself.

import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Popover } from "./popover.tsx";
import { type GameName, hashOf, tellingOf } from "./route.ts";
import { texts } from "./texts.ts";

export function Invite({ game, code }: Inviting) {
  return (
    <Popover name="invite" look="quiet" label={texts.table.invite}>
      {(close) => <InviteCard game={game} code={code} close={close} />}
    </Popover>
  );
}

interface Inviting {
  readonly game: GameName;
  readonly code: string;
}

function InviteCard({ close, ...room }: Inviting & { readonly close: () => void }) {
  const card = useRef<HTMLDivElement>(null);
  useEffect(() => card.current?.querySelector("input")?.select(), []);
  return (
    <div ref={card} class="stack">
      <p>{texts.table.inviteAbout}</p>
      <InviteLink {...room}>
        <button type="button" class="quiet" onClick={close}>
          {texts.table.close}
        </button>
      </InviteLink>
    </div>
  );
}

/** The code and the link, with what can be done with them; `children` stand beside that. */
export function InviteLink(props: Inviting & { readonly children?: ComponentChildren }) {
  const { game, code, children } = props;
  const [isCopied, setCopied] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const wanted = { game, place: { kind: "code", code }, isWatching: false } as const;
  const link = `${location.origin}${location.pathname}${hashOf(wanted)}`;
  return (
    <>
      <p class="code" data-testid="room-code">
        {tellingOf(game, code)}
      </p>
      <input
        ref={field}
        readOnly
        aria-label={texts.table.inviteLink}
        value={link}
        data-testid="invite-link"
      />
      <div class="row">
        <button type="button" class="primary" onClick={() => setCopied(copied(field.current))}>
          {isCopied ? texts.table.copied : texts.table.copy}
        </button>
        {canShare ? (
          <button type="button" data-testid="share" onClick={() => void share(link)}>
            {texts.table.share}
          </button>
        ) : null}
        {children}
      </div>
    </>
  );
}

/** Phones have their own way to send a link on; only over https. */
const canShare = typeof navigator.share === "function";

async function share(url: string): Promise<void> {
  try {
    await navigator.share({ url });
  } catch (cause) {
    // Somebody thought better of it.
    if (!(cause instanceof DOMException)) throw cause;
  }
}

/** Copies by the selection: the newer way exists only on https and this computer itself. */
function copied(field: HTMLInputElement | null): boolean {
  field?.select();
  return document.execCommand("copy");
}
