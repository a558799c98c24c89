// What of the language there is in a cell: the newest target and library that this Node runs, and what the notebook's tsconfig.json says.
import { dirname, parse } from "node:path";
import { fileURLToPath } from "node:url";
import { ts } from "./typescript.mjs";

const OF_CELLS = fileURLToPath(new URL("cells.d.ts", import.meta.url));
const has = (name) => Object.hasOwn(globalThis, name);

/** Parts of TypeScript's library beyond ES2023, and whether this Node has them. */
const LIBRARY = {
  "es2024.arraybuffer": "transfer" in ArrayBuffer.prototype,
  "es2024.collection": "groupBy" in Map,
  "es2024.object": "groupBy" in Object,
  "es2024.promise": "withResolvers" in Promise,
  "es2024.regexp": true,
  "es2024.sharedmemory": "waitAsync" in Atomics,
  "es2024.string": "isWellFormed" in String.prototype,
  "es2025.collection": "union" in Set.prototype,
  "es2025.float16": has("Float16Array"),
  "es2025.intl": "DurationFormat" in Intl,
  "es2025.iterator": has("Iterator"),
  "es2025.promise": "try" in Promise,
  "es2025.regexp": "escape" in RegExp,
  "esnext.array": "fromAsync" in Array,
  "esnext.collection": "getOrInsert" in Map.prototype,
  "esnext.date": has("Temporal"),
  "esnext.decorators": true,
  // Node's own types tell of `Symbol.dispose` where there is no DisposableStack.
  "esnext.disposable": has("DisposableStack"),
  "esnext.error": "isError" in Error,
  "esnext.intl": has("Temporal"),
  "esnext.sharedmemory": "pause" in Atomics,
  "esnext.temporal": has("Temporal"),
  "esnext.typedarrays": "fromBase64" in Uint8Array,
};

/** What beginners write that an older Node lacks, and from which Node on it is there. */
const SINCE = {
  20: ["isWellFormed", "toWellFormed"],
  21: ["groupBy", "transfer", "transferToFixedLength"],
  22: ["withResolvers", "fromAsync", "Iterator"],
  24: [
    "escape",
    "try",
    "Float16Array",
    "isError",
    "DisposableStack",
    "AsyncDisposableStack",
    "SuppressedError",
    "pause",
  ],
  25: ["fromBase64", "toBase64", "fromHex", "toHex", "setFromBase64", "setFromHex"],
  26: ["Temporal", "getOrInsert", "getOrInsertComputed"],
};
/**
 * The same for methods whose names other classes have, too.
 * @type {Record<string, [RegExp, string][]>}
 */
const METHODS_SINCE = {
  22: [
    [/Set/, "union intersection difference symmetricDifference isSubsetOf isSupersetOf isDisjointFrom"],
    [/Iterator|Generator/, "map filter take drop flatMap reduce toArray forEach some every find"],
  ],
};

const LATER = new Set(Object.values(SINCE).flat());
/** Does this Node lack that class? Node's types ask for a newer library, which tells of some that are not there. */
export const isMissing = (name) => /^[A-Z]/.test(name) && !has(name) && LATER.has(name);

/** From which Node on there is what TypeScript misses in that sentence; undefined when it is not about this Node. */
export function nodeWith(sentence) {
  const [, name, type = ""] =
    /^(?:Property|Cannot find name) '(\w+)'(?: does not exist on type '(.+?)'\.)?/.exec(sentence) ?? [];
  const found =
    Object.entries(SINCE).find(([, names]) => names.includes(name))?.[0] ??
    Object.entries(METHODS_SINCE).find(([, kinds]) =>
      kinds.some(([kind, names]) => kind.test(type) && names.split(" ").includes(name)),
    )?.[0];
  return found !== undefined && Number(found) > Number(process.versions.node.split(".")[0]) ? Number(found) : undefined;
}

/** Options of the notebook's tsconfig.json that hold in its cells, by how they begin. The others would change how a cell is run, or are for whole programs. */
const RESPECTED =
  /^(paths|baseUrl|lib$|jsx|strict|noImplicit(Any|This)$|useUnknownInCatchVariables|experimentalDecorators)/;

/**
 * What is wrong with the notebook's tsconfig.json, in sentences. What can be read of it holds all the same.
 * @type {string[]}
 */
export const tsconfigFaults = [];

/** The cells are none of its files: nobody looks for these, and "No inputs were found" is no fault. */
const HOST = { ...ts.sys, readDirectory: () => [] };
const NO_INPUTS = [18002, 18003];

function optionsOfNotebook(folder) {
  const file = ts.findConfigFile(folder, ts.sys.fileExists);
  if (file === undefined) return {};
  const json = ts.readJsonConfigFile(file, ts.sys.readFile);
  const { options, errors } = ts.parseJsonSourceFileConfigFileContent(json, HOST, dirname(file));
  for (const { code, file: within, start, messageText } of [...json.parseDiagnostics, ...errors]) {
    if (NO_INPUTS.includes(code)) continue;
    const line = within === undefined ? "" : `, line ${within.getLineAndCharacterOfPosition(start).line + 1}`;
    tsconfigFaults.push(`${file}${line}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`);
  }
  return Object.fromEntries(Object.entries(options).filter(([key]) => RESPECTED.test(key)));
}

/**
 * The compiler's options for cells, from those that tslab gives.
 * @returns {any}
 */
export function optionsOfCells(tslabs) {
  const own = optionsOfNotebook(tslabs.rootDir);
  const parts = Object.keys(LIBRARY).filter((part) => LIBRARY[part]);
  return {
    ...tslabs,
    // Only tslab's own TypeScript knows the first two; the third is for decorators as they were before the standard.
    noImplicitUseStrict: undefined,
    disableTopLevelAwait: undefined,
    experimentalDecorators: undefined,
    strict: false,
    // Its only syntax that is newer than Node 20, `using`, is written in older words.
    target: ts.ScriptTarget.ES2024,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    moduleDetection: ts.ModuleDetectionKind.Force,
    types: ["node"],
    rewriteRelativeImportExtensions: true,
    // A file may be imported from anywhere.
    rootDir: parse(tslabs.rootDir).root,
    sourceMap: true,
    ...own,
    // TypeScript takes the full path of a file for a part of its library, too.
    lib: [...(own.lib ?? ["es2023", ...parts].map((part) => `lib.${part}.d.ts`)), OF_CELLS],
  };
}
