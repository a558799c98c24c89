// lib/dist/pool/worker/modules.js: what a worker loads before its first task, in one file, which loads faster than fifty.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { Worker } from "node:worker_threads";

const LIST = `
  const { parentPort, workerData } = require("node:worker_threads");
  require(workerData.main);
  parentPort.postMessage({ files: Object.keys(require.cache) });`;

/** Writes the file anew, of the modules that a worker of this build loads; see entry.ts for how it is read. */
export async function writeWorkerModules(library) {
  const folder = join(library, "pool", "worker");
  const target = join(folder, "modules.js");
  rmSync(target, { force: true });
  const files = await loadedBy(join(folder, "main.js"));
  const modules = files
    .filter((file) => file.startsWith(library + sep))
    .map((file) => {
      const source = readFileSync(file, "utf8").replace(/^\/\/# sourceMappingURL=.*$/m, "");
      const name = JSON.stringify(relative(library, file).replaceAll(sep, "/"));
      return `${name}(exports, require, module, __filename, __dirname) {${source}\n}`;
    });
  writeFileSync(target, `module.exports = {\n${modules.join(",\n")},\n};\n`);
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
