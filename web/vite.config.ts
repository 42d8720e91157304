import {defineConfig} from "vite";

// A name with ".<hash>." in it never gets another content: the server lets browsers keep it for ever (pack.mjs).
const name = "assets/[name].[hash].js";

export default defineConfig({
  base: "/",
  build: {
    outDir: "../build/web/site/playground",
    emptyOutDir: true,
    target: "es2022",
    modulePreload: {polyfill: false},
    assetsInlineLimit: 0,
    rollupOptions: {
      input: ["index.html", "status.html", "docs.html"],
      output: {
        hashCharacters: "hex",
        entryFileNames: name,
        chunkFileNames: name,
        assetFileNames: "assets/[name].[hash][extname]",
      },
    },
  },
});
