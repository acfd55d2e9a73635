import { paraglideVitePlugin } from "@inlang/paraglide-js";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { VitePWA } from "vite-plugin-pwa";
import { defineConfig } from "vitest/config";

const server = process.env.SERVER ?? "http://127.0.0.1:8000";

export default defineConfig({
  plugins: [
    paraglideVitePlugin({
      project: "./project.inlang",
      outdir: "./src/text/paraglide",
      strategy: ["globalVariable", "baseLocale"],
      emitTsDeclarations: true,
    }),
    svelte(),
    VitePWA({
      strategies: "injectManifest",
      srcDir: "src",
      filename: "sw.ts",
      // Registered by our own code: the policy of the page forbids inline scripts.
      injectRegister: false,
      manifest: false,
      injectManifest: {
        // The brushes for pictures of letters are left out: a phone takes only the font pieces that it draws with.
        globPatterns: ["**/*.{html,js,css,woff2,svg,webmanifest}", "icons/icon-192.png", "icons/badge-96.png"],
      },
    }),
  ],
  build: {
    target: "es2022",
    // Nothing is inlined: fonts, pictures and the symbol sheet must come from 'self', not from data: addresses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true,
    reportCompressedSize: false,
  },
  server: {
    host: "127.0.0.1",
    proxy: {
      "/api": server,
      "/kt": server,
      "^/f/": server,
      "/ws": { target: server.replace("http", "ws"), ws: true },
    },
  },
  // Svelte's browser build in tests too: runes must run as they do on a phone.
  resolve: process.env.VITEST ? { conditions: ["browser"] } : {},
  // One page for all files: making one for each took nine tenths of the time.
  test: { environment: "jsdom", isolate: false, include: ["src/**/*.test.ts"], setupFiles: ["src/setup.test-only.ts"] },
});
