// Admin command: `npm run admin` of a test, beside a server and in the same folder. It starts one process
// and waits for its end.

import { execFile } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { LabServer } from "./lab.ts";

const ADMIN = fileURLToPath(new URL("../../server/admin.ts", import.meta.url));

/** Gives what the command printed; rejects with it if the command fails. */
export function admin({ folder }: LabServer, ...words: readonly string[]): Promise<string> {
  const environment = { PATH: process.env.PATH, DATA_DIR: join(folder, "data") };
  return new Promise((resolve, reject) => {
    const done = (error: Error | null, out: string, told: string) =>
      error === null ? resolve(out) : reject(new Error(out + told));
    execFile(process.execPath, ["--import", "tsx", ADMIN, ...words], { env: environment }, done);
  });
}
