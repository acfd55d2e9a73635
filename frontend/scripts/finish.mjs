/** After the build: weighs the first load against its budget, and puts .br and .gz beside every text file. */

import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const BUDGET_KB = 80;
const dist = fileURLToPath(new URL("../dist/", import.meta.url));
const manifest = JSON.parse(readFileSync(join(dist, ".vite/manifest.json"), "utf8"));
rmSync(join(dist, ".vite"), { recursive: true });

/** A script and what it imports at once; what it imports later is not part of the first load. */
function reach(key, seen = new Set()) {
  if (seen.has(key)) return seen;
  seen.add(key);
  for (const next of manifest[key].imports ?? []) reach(next, seen);
  return seen;
}

const gzipped = (file) => gzipSync(readFileSync(join(dist, file)), { level: 9 }).length;
const first = [...reach("index.html")].map((key) => manifest[key].file).filter((file) => file.endsWith(".js"));
const bytes = [...first, "early.js"].reduce((sum, file) => sum + gzipped(file), 0);
const kilobytes = (bytes / 1000).toFixed(1);
const all = files(dist).filter((file) => file.endsWith(".js") && !file.endsWith("sw.js"));
const whole = (all.reduce((sum, file) => sum + gzipSync(readFileSync(file), { level: 9 }).length, 0) / 1000).toFixed(1);
console.log(
  `first load: ${kilobytes} kB of gzipped JavaScript (budget ${BUDGET_KB}); every screen together: ${whole} kB`,
);
if (bytes > BUDGET_KB * 1000) {
  console.error(
    `The first load is over its budget by ${((bytes - BUDGET_KB * 1000) / 1000).toFixed(1)} kB. Load a screen later, or drop a dependency.`,
  );
  process.exit(1);
}

const TEXT = /\.(?:html|js|css|svg|webmanifest|json)$/;
for (const file of files(dist).filter((name) => TEXT.test(name))) {
  const body = readFileSync(file);
  writeFileSync(`${file}.gz`, gzipSync(body, { level: 9 }));
  writeFileSync(
    `${file}.br`,
    brotliCompressSync(body, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: body.length },
    }),
  );
}

function files(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? files(path) : [path];
  });
}
