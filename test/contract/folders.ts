// Folders: where stores keep their files in tests; each is new, and all go away with the test file.

import { copyFile, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

const made: string[] = [];

afterAll(async () => {
  await Promise.all(made.splice(0).map((folder) => rm(folder, { recursive: true, force: true })));
});

export async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "store-"));
  made.push(folder);
  return folder;
}

/** A folder with what the files of another hold now, without locks: those died with their process. */
export async function powerCut(folder: string): Promise<string> {
  const copy = await newFolder();
  for (const name of await readdir(folder)) {
    if (!name.startsWith("lock.")) await copyFile(join(folder, name), join(copy, name));
  }
  return copy;
}

/** What the files of a folder hold, as text. */
export async function textsIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder);
  return Promise.all(names.map((name) => readFile(join(folder, name), "utf8")));
}
