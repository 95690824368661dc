// Account page: the page of its own where somebody sees who they are here and changes what is theirs.

import { useEffect } from "preact/hooks";
import { askWhoIfReached } from "../person.ts";
import { AccountPanel } from "./accountPanel.tsx";
import { accountTexts } from "./accountTexts.ts";

export function AccountPage() {
  useEffect(() => void askWhoIfReached(), []);
  return (
    <main class="account-page" data-testid="account-page">
      <header class="row">
        <a href="#/" class="home" data-testid="home">
          ‹ {accountTexts.home}
        </a>
        <h1>{accountTexts.title}</h1>
      </header>
      <AccountPanel />
    </main>
  );
}
