// App: the landing page, a table or another page, as the address says. Going from one to the other is a step in
// the browser's history, so that its back button works.

import { useEffect, useState } from "preact/hooks";
import { AccountPage } from "./account/accountPage.tsx";
import { TakePage } from "./handOff/takePage.tsx";
import { Landing } from "./landing.tsx";
import { AdminPage } from "./moderation/adminPage.tsx";
import { codeOf, hashOf, pageOf, type TableWanted, tableOf } from "./route.ts";
import { Table } from "./table.tsx";
import "./landing.css";

export function App() {
  const [hash, setHash] = useState(location.hash);
  // A table is opened anew only when somebody goes there, not when its address becomes known.
  const [visit, setVisit] = useState(0);
  useEffect(() => {
    const turned = () => {
      setHash(location.hash);
      setVisit((count) => count + 1);
    };
    addEventListener("hashchange", turned);
    return () => removeEventListener("hashchange", turned);
  }, []);
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
