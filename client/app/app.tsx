// App: the landing page or a table, as the address says. Going from one to the other is a step in
// the browser's history, so that its back button works.

import { useEffect, useState } from "preact/hooks";
import { Landing } from "./landing.tsx";
import { hashOf, type TableWanted, tableOf } from "./route.ts";
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
  const table = tableOf(hash);
  if (table === undefined) {
    return <Landing go={(wanted: TableWanted) => location.assign(hashOf(wanted))} />;
  }
  return <Table key={visit} wanted={table} />;
}
