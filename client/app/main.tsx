// Main: puts the pages on the screen.

import { render } from "preact";
import { App } from "./app.tsx";
import { keepFocus } from "./keptFocus.ts";
import { showKept } from "./preferences/preferences.ts";
import "./styles.css";

showKept();

const root = document.getElementById("app");
if (root !== null) {
  render(<App />, root);
  keepFocus(root);
}
