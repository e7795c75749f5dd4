// Bundles src/ into one script, which begins with the digest of what it was built from (a test compares it).
import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { build } from "esbuild";

const sources = ["package-lock.json", "build.mjs", ...readdirSync("src").sort().map((name) => `src/${name}`)];
const digest = createHash("sha256");
for (const source of sources) digest.update(source).update("\0").update(readFileSync(source)).update("\0");

await build({
  entryPoints: ["src/main.ts"],
  outfile: "../static/chat.js",
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2020",
  charset: "utf8",
  legalComments: "inline",
  loader: { ".css": "text" },
  banner: { js: `/* built by "make widget" from ${digest.digest("hex")} */` },
});
