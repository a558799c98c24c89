// The bundles of the library: dist/modules.js is what a program loads, dist/pool/worker/modules.js what a worker loads before its first task, dist/process/modules.js what a child process does; each
// with V8's code for it beside it. One file loads faster than a hundred and fifty.
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { Worker } from "node:worker_threads";

const LIST = `
  const { parentPort, workerData } = require("node:worker_threads");
  require(workerData.main);
  parentPort.postMessage({ files: Object.keys(require.cache) });`;

/** Writes the bundles anew; see base/bundle.ts for how they are read. */
export async function writeBundles(library) {
  const folders = [library, join(library, "pool", "worker"), join(library, "process")];
  const bundles = folders.map((folder) => join(folder, "modules.js"));
  for (const file of bundles) for (const old of [file, file.replace(/js$/, "code")]) rmSync(old, { force: true });
  const [program, worker, child] = bundles;
  const files = await Promise.all([
    loadedBy(join(library, "index.js")),
    loadedBy(join(library, "pool", "worker", "main.js")),
    loadedBy(join(library, "process", "child.js")),
  ]);
  // A program loads `index` itself, and what is loaded before the bundle.
  writeBundle(
    program,
    files[0].filter((file) => !/[\\/](index|preload|bundle|runtime)\.js$/.test(file)),
    library,
  );
  writeBundle(worker, files[1], library);
  writeBundle(child, files[2], library);
  execFileSync(process.execPath, ["-e", WRITE_CODE, library, ...bundles], { stdio: "inherit" });
}

function writeBundle(target, files, library) {
  const modules = files
    .filter((file) => file.startsWith(library + sep))
    .map((file) => {
      // In ASCII alone, so that V8 keeps a byte a letter.
      const source = readFileSync(file, "utf8")
        .replace(/^\/\/# sourceMappingURL=.*$/m, "")
        .replace(/[^\0-\x7f]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);
      const name = JSON.stringify(relative(library, file).replaceAll(sep, "/"));
      return `${name}(exports, require, module, __filename, __dirname) {${source}\n}`;
    });
  writeFileSync(target, `({\n${modules.join(",\n")},\n});\n`);
}

/** Writes V8's code, made when some tasks have run: only functions that were called have code. In a process of its own, which has nothing else to remember. */
const WRITE_CODE = `
  const { readFileSync, writeFileSync } = require("node:fs");
  const { Script } = require("node:vm");
  const [library, program, worker, child] = process.argv.slice(1);
  const { Pool, Process } = require(library);
  // V8 knows the script by its text and its name, and what it has compiled of it.
  const writeCode = (file) =>
    writeFileSync(file.replace(/js$/, "code"), new Script(readFileSync(file, "latin1"), { filename: file }).createCachedData());
  const pool = new Pool(1);
  (async () => {
    await pool.apply((x) => x + 1, [1]);
    await pool.map((x) => x + 1, [1, 2, 3]);
    await pool.apply(writeCode, [worker]);
    const inChild = new Process({ target: writeCode, args: [child] });
    inChild.start();
    await inChild.join();
    writeCode(program);
    await pool.terminate();
  })();`;

/** The files that are loaded by that one. */
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
