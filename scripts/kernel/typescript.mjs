// The TypeScript of the cells: the one of this project, in the place of the old one that tslab brings. It gets the few functions that tslab's own has beside.
import { Module, createRequire } from "node:module";
import { dirname, join } from "node:path";
import { quickInfoAt } from "./hoverText.mjs";
import { loadWithCode } from "./codeCache.mjs";

const require = createRequire(import.meta.url);
const loaded = loadWithCode("typescript");
/** @type {any} Much of what is used here is not in its types. */
const stock = loaded.exports;
/** To be called when TypeScript has done some work: the next kernel starts sooner. */
export const { keepCode } = loaded;

/** The folders of types that TypeScript looks into by itself. */
function getDefaultTypeRoots(folder, { directoryExists }) {
  const roots = [];
  for (let above = folder; ; above = dirname(above)) {
    const types = join(above, "node_modules", "@types");
    if (directoryExists(types)) roots.push(types);
    if (dirname(above) === above) return roots;
  }
}

const Completions = {
  ...stock.Completions,
  getCompletionsAtPositionForTslab: (host, program, ...others) =>
    stock.Completions.getCompletionsAtPosition(completionHost(host, program), program, ...others, undefined),
};

/** What a completion asks of its host beyond what tslab gives. */
function completionHost(host, program) {
  return {
    ...stock.sys,
    useCaseSensitiveFileNames: () => stock.sys.useCaseSensitiveFileNames,
    getCurrentDirectory: () => program.getCurrentDirectory(),
    getCompilationSettings: () => program.getCompilerOptions(),
    ...host,
  };
}

/** @type {any} */
export const ts = {
  ...stock,
  Completions,
  getDefaultTypeRoots,
  getQuickInfoAtPosition: (file, checker, _, position) => quickInfoAt(stock, file, checker, position),
  getNullTransformationContext: () => stock.nullTransformationContext,
};

/** Has tslab take `replacement` for its own TypeScript, which is not loaded at all. */
export function giveToTslab(replacement) {
  const fromTslab = createRequire(require.resolve("tslab/package.json"));
  const path = fromTslab.resolve("@tslab/typescript-for-tslab");
  const module = new Module(path);
  module.exports = replacement;
  module.filename = path;
  module.loaded = true;
  require.cache[path] = module;
}
