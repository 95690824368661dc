// How the pages in client/app become static files in dist/app; no page logic.
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const pages = fileURLToPath(new URL("client/app/", import.meta.url));

export default defineConfig({
  root: pages,
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: fileURLToPath(new URL("dist/app/", import.meta.url)),
    emptyOutDir: true,
    // Every asset is a file of its own: the pages' Content-Security-Policy allows no data: scripts.
    assetsInlineLimit: 0,
    sourcemap: true,
    rolldownOptions: {
      input: readdirSync(pages)
        .filter((name) => name.endsWith(".html"))
        .map((name) => pages + name),
    },
  },
});
