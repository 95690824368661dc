// Mutant lab: loads the simulator again and again, each time over a product that lacks one rule: the
// same files, one of them edited on its way in. Nothing on the disk is changed.

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createServer, createServerModuleRunner, type Plugin, type ViteDevServer } from "vite";
import type { ModuleRunner } from "vite/module-runner";
import { assert } from "../../shared/assert.ts";
import type { Always, simulate } from "./simulate.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const ENTRY = "/test/sim/simulate.ts";

/** Text of a file and what stands there instead. It must stand there once. */
interface Edit {
  readonly file: string;
  readonly rule: string;
  readonly instead: string;
}

export interface Mutant {
  /** The rule that is off, as a sentence of what happens without it. */
  readonly name: string;
  /** A seed that noticed when this was last looked at; tried first, and no more than a hint. */
  readonly redAt: number;
  /** What it takes for the rule to matter, if that is rare: its worlds have it whatever they draw. */
  readonly always?: Always;
  readonly edits: readonly Edit[];
}

export class MutantLab {
  readonly #server: ViteDevServer;
  readonly #editor: Editor;
  #runner: ModuleRunner | undefined;

  private constructor(server: ViteDevServer, editor: Editor) {
    this.#server = server;
    this.#editor = editor;
  }

  static async open(): Promise<MutantLab> {
    const editor = new Editor();
    const server = await createServer({
      root: ROOT,
      configFile: false,
      logLevel: "error",
      server: { middlewareMode: true, watch: null, ws: false },
      optimizeDeps: { noDiscovery: true, include: [] },
      plugins: [editor.plugin],
    });
    return new MutantLab(server, editor);
  }

  /**
   * The simulator of a mutant; of the product as it is without one. Rejects if a rule is no longer
   * where the mutant looks for it.
   */
  async load(mutant?: Mutant): Promise<typeof simulate> {
    await this.#runner?.close();
    const environment = this.#server.environments.ssr;
    const files = [...this.#editor.files, ...(mutant?.edits ?? []).map(({ file }) => file)];
    this.#editor.begin(mutant);
    // What was read for another mutant is read anew; everything else is only run once more.
    for (const file of files) {
      for (const module of environment.moduleGraph.getModulesByFile(join(ROOT, file)) ?? [])
        environment.moduleGraph.invalidateModule(module);
    }
    this.#runner = createServerModuleRunner(environment, { hmr: false });
    const loaded = await this.#runner.import<{ simulate: typeof simulate }>(ENTRY);
    this.#editor.insistDone();
    return loaded.simulate;
  }

  async close(): Promise<void> {
    await this.#runner?.close();
    await this.#server.close();
  }
}

class Editor {
  #mutant: Mutant | undefined;
  readonly #edited = new Set<string>();

  /** Files that are edited now. */
  get files(): readonly string[] {
    return [...this.#edited];
  }

  get plugin(): Plugin {
    return {
      name: "one-rule-less",
      enforce: "pre",
      transform: (code, id) => this.#edit(code, id),
    };
  }

  begin(mutant: Mutant | undefined): void {
    this.#mutant = mutant;
    this.#edited.clear();
  }

  insistDone(): void {
    for (const { file } of this.#mutant?.edits ?? [])
      assert(this.#edited.has(file), `${this.#mutant?.name}: ${file} is no part of what is played`);
  }

  #edit(code: string, id: string): string | null {
    let text = code;
    for (const { file, rule, instead } of this.#mutant?.edits ?? []) {
      if (!id.endsWith(`/${file}`)) continue;
      const count = text.split(rule).length - 1;
      assert(count === 1, `${this.#mutant?.name}: its rule stands ${count} times in ${file}`);
      text = text.replace(rule, () => instead);
      this.#edited.add(file);
    }
    return text === code ? null : text;
  }
}
