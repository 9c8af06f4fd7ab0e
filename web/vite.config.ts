import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { compress } from "./build/compress.ts";
import { shell } from "./build/shell.ts";

const server = process.env["PRINTVISION_DEV_SERVER"] ?? "http://127.0.0.1:8000";
// An API key stands in for the session where the server that is developed against has none.
const key = process.env["PRINTVISION_DEV_KEY"];
const proxied = {
  target: server,
  changeOrigin: true,
  ...(key ? { headers: { authorization: `Bearer ${key}` } } : {}),
};

export default defineConfig({
  base: "/",
  plugins: [react(), tailwindcss(), shell(), compress()],
  build: {
    outDir: "../printvision/web/dist",
    emptyOutDir: true,
    assetsInlineLimit: 0, // the content policy knows no data: addresses
    modulePreload: false,
    target: "es2023",
  },
  server: { proxy: { "/trpc": proxied, "/api": proxied } },
  test: { include: ["src/**/*.test.ts", "build/**/*.test.ts"], environment: "node" },
});
