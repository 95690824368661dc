// Account dialog: one's account over a table, so that a guest can register and a player sign in without
// leaving the seat.

import { useEffect, useState } from "preact/hooks";
import { Modal } from "../modal.tsx";
import { askWhoIfReached, nameOf, usePerson } from "../person.ts";
import { AccountPanel } from "./accountPanel.tsx";
import { accountTexts } from "./accountTexts.ts";

export interface AccountButtonProps {
  /** After who one is has changed. */
  readonly changed: () => void;
  /** Another page has the seat: what says so must not be hidden behind a code that is spent. */
  readonly isSeatElsewhere: boolean;
}

/** The button that opens it. */
export function AccountButton({ changed, isSeatElsewhere }: AccountButtonProps) {
  const [isOpen, setOpen] = useState(false);
  const person = usePerson();
  useEffect(() => void askWhoIfReached(), []);
  const name = nameOf(person);
  const label = name === undefined ? accountTexts.open : accountTexts.openAs(name);
  const close = () => setOpen(false);
  useEffect(() => {
    if (isSeatElsewhere) close();
  }, [isSeatElsewhere]);
  return (
    <>
      <button
        type="button"
        class="quiet person"
        data-testid="account-open"
        aria-label={label}
        title={label}
        onClick={() => setOpen(true)}
      >
        <span class="disc" aria-hidden="true">
          {name?.charAt(0).toUpperCase() ?? "?"}
        </span>
      </button>
      {isOpen && !isSeatElsewhere ? (
        <AccountDialog
          close={close}
          changed={() => {
            close();
            changed();
          }}
        />
      ) : null}
    </>
  );
}

function AccountDialog(props: { readonly close: () => void; readonly changed: () => void }) {
  const { close, changed } = props;
  return (
    <Modal look="account-dialog" label={accountTexts.title} testid="account-dialog" close={close}>
      <header class="row">
        <h2>{accountTexts.title}</h2>
        <button type="button" class="quiet" data-testid="account-close" onClick={close}>
          {accountTexts.close}
        </button>
      </header>
      <AccountPanel changed={changed} />
    </Modal>
  );
}
