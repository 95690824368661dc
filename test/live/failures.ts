// Failures: what the servers of a test said last is shown when it fails. A file's own clean-up comes
// first, so servers that are closed by then count too. It judges nothing.

import { afterEach } from "vitest";
import { lastWords } from "./lab.ts";

afterEach(({ task }) => {
  const words = lastWords();
  if (task.result?.state === "fail" && words !== "") console.log(words);
});
