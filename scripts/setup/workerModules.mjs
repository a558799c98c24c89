// lib/dist/pool/worker/modules.js: what a worker loads before its first task, in one file, which loads faster than fifty; and V8's code for it.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative, sep } from "node:path";
import { Script } from "node:vm";
import { Worker } from "node:worker_threads";

const LIST = `
  const { parentPort, workerData } = require("node:worker_threads");
  require(workerData.main);
  parentPort.postMessage({ files: Object.keys(require.cache) });`;

/** Writes the file anew, of the modules that a worker of this build loads; see entry.ts for how it is read. */
export async function writeWorkerModules(library) {
  const folder = join(library, "pool", "worker");
  const target = join(folder, "modules.js");
  const code = join(folder, "modules.code");
  for (const file of [target, code]) rmSync(file, { force: true });
  const files = await loadedBy(join(folder, "main.js"));
  const modules = files
    .filter((file) => file.startsWith(library + sep))
    .map((file) => {
      const source = readFileSync(file, "utf8").replace(/^\/\/# sourceMappingURL=.*$/m, "");
      const name = JSON.stringify(relative(library, file).replaceAll(sep, "/"));
      return `${name}(exports, require, module, __filename, __dirname) {${source}\n}`;
    });
  writeFileSync(target, `({\n${modules.join(",\n")},\n});\n`);
  writeFileSync(code, await codeOf(library, target));
}

/** V8's code for that file, made when some tasks have run: only functions that were called have code. */
async function codeOf(library, file) {
  const { Pool } = createRequire(import.meta.url)(library);
  const pool = new Pool(1);
  await pool.apply((x) => x + 1, [1]);
  await pool.map((x) => x + 1, [1, 2, 3]);
  const code = await pool.apply(
    (path) => {
      const source = readFileSync(path, "utf8");
      // V8 knows the script by its text and its name, and what it has compiled of it.
      return new Script(source, { filename: path }).createCachedData();
    },
    [file],
  );
  await pool.terminate();
  return code;
}

/** The files that a worker has loaded when it waits for its first task. */
function loadedBy(main) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(LIST, { eval: true, workerData: { main, route: 0 } });
    worker.on("message", ({ files }) => {
      if (files === undefined) return;
      resolve(files);
      void worker.terminate();
    });
    worker.on("error", reject);
  });
}
