// App: the landing page, a table or another page, as the address says. Going from one to the other is a step in
// the browser's history, so that its back button works.

import { useEffect, useState } from "preact/hooks";
import { AccountPage } from "./account/accountPage.tsx";
import { TakePage } from "./handOff/takePage.tsx";
import { useListening } from "./hooks.ts";
import { Landing } from "./landing.tsx";
import { AdminPage } from "./moderation/adminPage.tsx";
import { codeOf, hashOf, pageOf, type TableWanted, tableOf } from "./route.ts";
import { Table } from "./table.tsx";
import { texts } from "./texts.ts";
import "./landing.css";

export function App() {
  const [hash, setHash] = useState(location.hash);
  // A table is opened anew only when somebody goes there, not when its address becomes known.
  const [visit, setVisit] = useState(0);
  useListening(() => {
    const turned = () => {
      setHash(location.hash);
      setVisit((count) => count + 1);
    };
    addEventListener("hashchange", turned);
    return () => removeEventListener("hashchange", turned);
  }, []);
  useEffect(() => {
    document.title = titleOf(hash);
  }, [hash]);
  const page = pageOf(hash);
  if (page === "account") return <AccountPage />;
  if (page === "admin") return <AdminPage />;
  const code = codeOf(hash);
  if (code !== undefined) return <TakePage code={code} />;
  const table = tableOf(hash);
  if (table === undefined) {
    return <Landing go={(wanted: TableWanted) => location.assign(hashOf(wanted))} />;
  }
  return <Table key={visit} wanted={table} />;
}

/** What the browser's tab and whoever reads pages out call a page. */
function titleOf(hash: string): string {
  const page = pageOf(hash);
  const table = tableOf(hash);
  if (page !== undefined) return `${texts.pages[page]} · ${texts.title}`;
  if (codeOf(hash) !== undefined) return `${texts.pages.take} · ${texts.title}`;
  return table === undefined ? texts.title : `${texts.games[table.game].name} · ${texts.title}`;
}
