// The bundles of the library: dist/modules.js has all of it, dist/pool/worker/modules.js what a worker loads until its first result, dist/process/modules.js what a child process does; each
// gets V8's code beside it. One file loads faster than two hundred, and without spaces and comments it is half as large. base/bundle.ts reads them. dist/main.js is dist/index.js, except that it loads
// from the bundle.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, sep } from "node:path";
import { Worker } from "node:worker_threads";
import { inRoot } from "./checkout.mjs";

/** These packages are in the bundle, too: whoever installs the library needs no other copy of them. */
const PACKAGES = ["piscina", "acorn", "eslint-scope", "esrecurse", "estraverse", "seedrandom"];
/** What each process and thread of the library begins with. Only these are loaded from files of their own. */
export const ENTRIES = [
  "main.js",
  "pool/worker/entry.js",
  "process/childEntry.js",
  "process/orphanGuardWithoutShell.js",
  "cluster/worker.js",
  "cluster/cli.js",
  "cluster/nats/poolThread.js",
];
/** What they load before a bundle. */
const BEFORE = ["requireBundled.js", "base/bundle.js", "base/interrupt.js", "base/runtime.js"];
/** Not of the library that users have. */
const OTHERS = ["index.js", "internal.js"];

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
  const workerOfPiscina = join(dirname(require.resolve("piscina")), "worker.js");
  const loaded = await Promise.all([
    loadedBy([workerOfPiscina, ...PACKAGES.map((name) => require.resolve(name))]),
    loadedBy([
      workerOfPiscina,
      ...["pool/worker/main.js", "serialize/encode/encode.js"].map((name) => join(library, name)),
    ]),
    loadedBy([join(library, "process", "child.js")]),
  ]);
  const [ofPackages, ofWorker, ofChild] = loaded.map((files) => named(library, files));
  // The compiler leaves files there whose sources have gone.
  const sources = readdirSync(inRoot("lib", "src"), { encoding: "utf8", recursive: true }).filter((name) =>
    name.endsWith(".ts"),
  );
  const ofLibrary = named(
    library,
    sources.map((name) => join(library, name.replace(/ts$/, "js"))),
  );
  for (const name of [...ENTRIES, ...BEFORE, ...OTHERS]) ofLibrary.delete(name);
  await writeBundle(library, program, new Map([...ofLibrary, ...ofPackages]));
  await writeBundle(library, worker, ofWorker);
  await writeBundle(library, child, ofChild);
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

/** The files that the package needs beside its bundles. */
export function filesBesideBundles(library) {
  const names = new Set();
  const add = (name) => {
    if (names.has(name) || !existsSync(join(library, name))) return;
    names.add(name);
    for (const [, path] of readFileSync(join(library, name), "utf8").matchAll(/\brequire\("(\.[^"]+)"\)/g))
      // main.js loads from the bundle, but for what it begins with.
      if (name !== "main.js" || path === "./requireBundled" || path === "./base/runtime")
        add(`${join(dirname(name), path).replaceAll(sep, "/")}.js`);
  };
  ENTRIES.forEach(add);
  return [...names];
}

const RUNTIME = /^require\("\.\/base\/runtime"\);$/m;
const { dependencies, peerDependencies } = JSON.parse(readFileSync(inRoot("lib", "package.json"), "utf8"));
/** Never called: tools that copy what a program needs to a server, as Next.js does, look for such lines. They do not look into bundles. */
const NEEDED = [
  ...[...ENTRIES, "words/counters/sieve.wasm"].map((name) => `./${name}`),
  ...Object.keys({ ...dependencies, ...peerDependencies }).filter((name) => !name.startsWith("@types/")),
].map((name) => `require.resolve(${JSON.stringify(name)})`);
const FROM_BUNDLE = `
const neededFiles = () => [${NEEDED.join(", ")}];
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

async function writeBundle(library, target, files) {
  const modules = await Promise.all(
    Array.from(files, async ([name, file]) => {
      const text = textOf(name, file);
      const names = JSON.stringify(namesIn(text, library, file));
      return `${JSON.stringify(name)}:[${await withoutSpaces(text)},${names}]`;
    }),
  );
  const text = `({\n${modules.join(",\n")},\n});\n`;
  if (existsSync(target) && readFileSync(target, "latin1") === text) return;
  // V8 tells by nothing but its length whether code belongs to a text.
  const folder = dirname(target);
  for (const name of readdirSync(folder)) if (name.endsWith(".code")) rmSync(join(folder, name));
  writeFileSync(target, text);
}

/** The function that runs a module. Each is made apart, so that its functions have the same text in all bundles. */
async function withoutSpaces(text) {
  const { transform } = await import("esbuild");
  // In ASCII alone, so that V8 keeps a byte a letter. Names stay, as stacks name functions.
  const { code } = await transform(`(function (exports, require, module, __filename, __dirname) {${text}\n});`, {
    charset: "ascii",
    legalComments: "none",
    lineLimit: 120,
    minifyWhitespace: true,
    target: "node20",
  });
  // V8 would compile a function in brackets at once. esbuild leaves regular expressions as they are.
  return code
    .replace(/^\((.*)\);\n$/s, "$1")
    .replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Where piscina looks for the file of its workers. */
const WORKER_OF_PISCINA = "(0, node_path_1.resolve)(__dirname, 'worker.js')";

function textOf(name, file) {
  const text = readFileSync(file, "utf8").replace(/^\/\/# sourceMappingURL=.*$/m, "");
  // Of a package's description only the version is asked for.
  if (name.endsWith(".json")) return `module.exports = { version: ${JSON.stringify(JSON.parse(text).version)} };`;
  if (name !== "piscina/dist/index.js") return text;
  if (!text.includes(WORKER_OF_PISCINA))
    throw new Error("piscina has another way to its worker's file: mend scripts/setup/bundles.mjs.");
  return text.replace(WORKER_OF_PISCINA, 'require("workerFile").entryFile("worker")');
}

/** What a module requires of the library and of packages in the bundle, by their names in it. */
function namesIn(text, library, file) {
  const { resolve } = createRequire(file);
  const names = { workerFile: "base/workerFile.js" };
  const wanted = new Set(Array.from(text.matchAll(/\brequire\((["'])([^"']+)\1\)/g), ([, , name]) => name));
  return Object.fromEntries(
    [...wanted].flatMap((name) => {
      if (name in names) return [[name, names[name]]];
      const there = name.startsWith(".") || PACKAGES.includes(name) ? nameOf(library, resolve(name)) : undefined;
      return there === undefined ? [] : [[name, there]];
    }),
  );
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
