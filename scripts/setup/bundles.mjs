// The bundles of the library: dist/modules.js is what a program loads, dist/pool/worker/modules.js what a worker loads before its first task, dist/process/modules.js what a child process does; each
// gets V8's code beside it. One file loads faster than two hundred. base/bundle.ts reads them. dist/main.js is dist/index.js, except that it loads from the bundle.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, sep } from "node:path";
import { Worker } from "node:worker_threads";
import { inRoot } from "./checkout.mjs";

/** These packages are in the bundle of a program, too: its first call needs them. */
const PACKAGES = ["piscina", "acorn", "eslint-scope", "esrecurse", "estraverse", "seedrandom"];
/** What a program loads before its bundle. */
const BEFORE = ["index.js", "requireBundled.js", "base/bundle.js", "base/runtime.js"];

const LIST = `
  const { parentPort, workerData } = require("node:worker_threads");
  for (const main of workerData.mains) require(main);
  parentPort.postMessage({ files: Object.keys(require.cache) });`;

/** Writes the bundles anew. */
export async function writeBundles(library) {
  const folders = [library, join(library, "pool", "worker"), join(library, "process")];
  const bundles = folders.map((folder) => join(folder, "modules.js"));
  const [program, worker, child] = bundles;
  const require = createRequire(join(library, "index.js"));
  const loaded = await Promise.all([
    loadedBy([join(library, "index.js"), ...PACKAGES.map((name) => require.resolve(name))]),
    loadedBy([join(library, "pool", "worker", "main.js")]),
    loadedBy([join(library, "process", "child.js")]),
  ]);
  const [ofProgram, ofWorker, ofChild] = loaded.map((files) => named(library, files));
  for (const name of BEFORE) ofProgram.delete(name);
  writeBundle(library, program, ofProgram);
  writeBundle(library, worker, ofWorker);
  writeBundle(library, child, ofChild);
  const main = readFileSync(join(library, "index.js"), "utf8").replace(RUNTIME, `$&${FROM_BUNDLE}`);
  writeFileSync(join(library, "main.js"), lazily(main).replace(GETTER, "give($1, $2);"));
  writeFileSync(join(library, "LICENSES.txt"), licences(require));
  execFileSync(process.execPath, [FIRST_PROGRAM, library, worker], {
    stdio: "inherit",
    // It must have no flags, and no coverage to measure.
    env: { ...process.env, NODE_OPTIONS: "", NODE_V8_COVERAGE: "" },
    timeout: 60_000,
  });
}

const RUNTIME = /^require\("\.\/base\/runtime"\);$/m;
const FROM_BUNDLE = `
require = require("./requireBundled").requireBundled;
const give = (name, get) => Object.defineProperty(exports, name, { enumerable: true, get });`;
/** Node would find no names for `import` in getters that do more than read. It finds them in the line that sets all of them first. */
const GETTER = /Object\.defineProperty\(exports, ("\w+"), \{ enumerable: true, get: (function .*) \}\);/g;

/** Is there a bundle for programs, with code of this version of V8? */
export function hasBundle(library) {
  const reader = join(library, "base", "bundle.js");
  if (!existsSync(reader)) return false;
  const { codeFileOf } = createRequire(import.meta.url)(reader);
  return existsSync(codeFileOf(join(library, "modules.js")));
}

/** The files of the library and of PACKAGES, by their names in a bundle: their paths in the library, or in node_modules. */
function named(library, files) {
  return new Map(
    files.flatMap((file) => {
      const name = nameOf(library, file);
      return name === undefined ? [] : [[name, file]];
    }),
  );
}

function nameOf(library, file) {
  const folder = file.startsWith(library + sep) ? library : file.replace(/([\\/]node_modules)[\\/].*/s, "$1");
  const name = file.slice(folder.length + 1).replaceAll(sep, "/");
  return folder === library || PACKAGES.includes(name.split("/")[0]) ? name : undefined;
}

function writeBundle(library, target, files) {
  const modules = Array.from(files, ([name, file]) => {
    const text = textOf(name, file);
    const run = `function (exports, require, module, __filename, __dirname) {${text}\n}`;
    return `${JSON.stringify(name)}: [${run}, ${JSON.stringify(namesIn(text, library, file, files))}]`;
  });
  // In ASCII alone, so that V8 keeps a byte a letter. Nothing else is changed: a function is known by its text.
  const ascii = (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`;
  const text = `({\n${modules.join(",\n")},\n});\n`.replace(/[^\0-\x7f]/g, ascii);
  if (existsSync(target) && readFileSync(target, "latin1") === text) return;
  // V8 tells by nothing but its length whether code belongs to a text.
  const folder = dirname(target);
  for (const name of readdirSync(folder)) if (name.endsWith(".code")) rmSync(join(folder, name));
  writeFileSync(target, text);
}

function textOf(name, file) {
  const text = readFileSync(file, "utf8").replace(/^\/\/# sourceMappingURL=.*$/m, "");
  // Of a package's description only the version is asked for.
  if (name.endsWith(".json")) return `module.exports = { version: ${JSON.stringify(JSON.parse(text).version)} };`;
  // piscina looks for the file of its workers beside its main file.
  return name.startsWith("piscina/") ? text.replace(/\b__dirname\b/g, "require.folderOf('piscina', 'dist')") : text;
}

/** What a module requires of the library and of packages in the bundle, by their names in it. */
function namesIn(text, library, file, files) {
  const { resolve } = createRequire(file);
  const wanted = Array.from(text.matchAll(/\brequire\((["'])([^"']+)\1\)/g), ([, , name]) => name);
  const found = wanted
    .filter((name) => name.startsWith(".") || PACKAGES.includes(name))
    .map((name) => [name, resolve(name)]);
  const ours = found.filter(([, path]) => path.startsWith(library + sep) || files.has(nameOf(library, path)));
  return Object.fromEntries(ours.map(([name, path]) => [name, nameOf(library, path)]));
}

/** What the licences of the packages in the bundle want to be said beside it. */
function licences(require) {
  return PACKAGES.map((name) => {
    const folder = require.resolve(name).replace(new RegExp(`([\\\\/]node_modules[\\\\/]${name})[\\\\/].*`, "s"), "$1");
    const { version, license, author, homepage } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const file = readdirSync(folder).find((each) => /^(licen[cs]e|copying)/i.test(each));
    const terms =
      file === undefined
        ? `${license}; ${author?.name ?? author ?? homepage}`
        : readFileSync(join(folder, file), "utf8");
    return `${name} ${version}\n\n${terms.trim()}\n`;
  }).join("\n----\n\n");
}

/** Has a module load each other one when it first uses it, in syntax of any age: Node reads it before the library can say that the version is too old. The compiler gives imported modules names such as `errors_1`. */
function lazily(source) {
  const calls = new Map();
  const IMPORT = /^(?:const|var) (\w+_\d+) = ((?:__import(?:Star|Default)\()?require\((?:"[^"]+"|'[^']+')\)\)?);$/gm;
  const rest = source.replace(IMPORT, (_, name, call) => {
    calls.set(name, call);
    return `var ${name};`;
  });
  return rest.replace(/(?<!\w\.)\b\w+_\d+(?=[.)\],])/g, (name) =>
    calls.has(name) ? `(${name} || (${name} = ${calls.get(name)}))` : name,
  );
}

/** The first program, worker and child process that load a bundle keep V8's code for it. */
const FIRST_PROGRAM = inRoot("scripts", "setup", "firstProgram.cjs");

/** The files that are loaded by those. */
function loadedBy(mains) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(LIST, { eval: true, workerData: { mains, route: 0 } });
    worker.on("message", ({ files }) => {
      if (files === undefined) return;
      resolve(files);
      void worker.terminate();
    });
    worker.on("error", reject);
  });
}
