// How the page becomes static files: every asset is a file of its own, as the server's security
// policy wants it.

import { defineConfig } from "vite";

export default defineConfig({
  build: {
    outDir: "../dist",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    target: "es2023",
  },
});
