// The TypeScript of the cells: the one of this project, in the place of the old one that tslab brings. It gets the few functions that tslab's own has beside.
import { Module, createRequire } from "node:module";
import { dirname, join } from "node:path";

const require = createRequire(import.meta.url);
/** @type {any} Much of what is used here is not in its types. */
const stock = require("typescript");

/** The folders of types that TypeScript looks into by itself. */
function getDefaultTypeRoots(folder, { directoryExists }) {
  const roots = [];
  for (let above = folder; ; above = dirname(above)) {
    const types = join(above, "node_modules", "@types");
    if (directoryExists(types)) roots.push(types);
    if (dirname(above) === above) return roots;
  }
}

/** What an editor shows at a place; TypeScript's own function for it needs a language service. */
function getQuickInfoAtPosition(file, checker, cancellation, position) {
  const node = stock.getTouchingPropertyName(file, position);
  if (node === file) return undefined;
  const isConstructor = stock.isNewExpression(node.parent) && node.pos === node.parent.pos;
  const meant = isConstructor ? node.parent.expression : node;
  const textSpan = { start: node.getStart(file), length: node.getEnd() - node.getStart(file) };
  const symbol = checker.getSymbolAtLocation(meant);
  if (symbol === undefined || checker.isUnknownSymbol(symbol)) {
    if (!stock.isExpression(meant)) return undefined;
    const type = checker.getTypeAtLocation(meant);
    return { textSpan, displayParts: [{ text: checker.typeToString(type) }], documentation: [], tags: [] };
  }
  const container = stock.getContainerNode(meant);
  const { displayParts, documentation, tags } = checker.runWithCancellationToken(cancellation, (own) =>
    stock.SymbolDisplay.getSymbolDisplayPartsDocumentationAndSymbolKind(own, symbol, file, container, meant),
  );
  return { textSpan, displayParts, documentation: inWords(documentation ?? [], tags ?? []), tags: [] };
}

/** What is documented, as a text to be read: each thing once, though a function may have several forms. */
function inWords(documentation, tags) {
  const textOf = (parts = []) => parts.map(({ text }) => text).join("");
  const told = tags.map(({ name, text }) => {
    const words = textOf(text).trim();
    const plain = words.replace(/^```\w*\n|\n?```$/g, "");
    return name === "param" ? words.replace(/^(\S+)\s+(?:- )?/, "$1: ") : `${HEADS[name] ?? `${name}: `}${plain}`;
  });
  return [{ text: [...new Set([textOf(documentation), ...told])].filter((text) => text.trim() !== "").join("\n\n") }];
}
const HEADS = { returns: "Gives: ", return: "Gives: ", throws: "Throws ", example: "Example:\n", see: "See " };

const Completions = {
  ...stock.Completions,
  getCompletionsAtPositionForTslab: (host, program, ...others) =>
    stock.Completions.getCompletionsAtPosition(completionHost(host, program), program, ...others, undefined),
};

/** What a completion asks of its host beyond what tslab gives. */
function completionHost(host, program) {
  return { ...stock.sys, getCurrentDirectory: () => program.getCurrentDirectory(), ...host };
}

/** @type {any} */
export const ts = {
  ...stock,
  Completions,
  getDefaultTypeRoots,
  getQuickInfoAtPosition,
  getNullTransformationContext: () => stock.nullTransformationContext,
  getPreEmitDiagnosticsOfFiles: (program, files) => files.flatMap((file) => stock.getPreEmitDiagnostics(program, file)),
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
