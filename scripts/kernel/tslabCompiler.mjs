// tslab's compiler, made to say where each piece of its output comes from. tslab compiles a cell in two steps (types away,
// then modules away) and asks for no source maps; here both steps are asked for them on the way.
import { SourceMap } from "node:module";
import { join, parse, relative, sep } from "node:path";
import { isMissing, optionsOfCells, tsconfigFaults } from "./language.mjs";
import { SeldomTypes } from "./seldomTypes.mjs";
import { giveToTslab, ts } from "./typescript.mjs";
import {
  earlierNames,
  keepInnerNames,
  keepLastNamespace,
  keepResources,
  exportedTargets,
  relativeImports,
} from "./transforms.mjs";

/** The name that tslab gives to a cell, and to what earlier cells have declared. */
const CELL_FILE = "__tslab__";
const EARLIER_FILE = "__prev__";

/**
 * The latest map of each step.
 * @type {{ types?: SourceMap, modules?: SourceMap }}
 */
const maps = {};
/** The local modules outside of the notebook's folder that the last cell was the first to import: { path, data }. */
let outside = [];
let latest;

/** What the first cell would wait for: TypeScript enters all names of all types into its tables. */
export const enterTypes = () => void latest.getProgram().getTypeChecker();

function createWatchCompilerHost(rootNames, tslabs, system, _, ...rest) {
  const options = optionsOfCells(tslabs);
  const folder = tslabs.rootDir;
  // Others note for each program what each of its files depends on, which costs a third of the time of a cell.
  const host = ts.createWatchCompilerHost(rootNames, options, system, ts.createAbstractBuilder, ...rest);
  // A fifth of the time of a start; hoverText.mjs reads the comments that are asked for.
  host.jsDocParsingMode = ts.JSDocParsingMode.ParseNone;
  neverWait(host);
  const { createProgram } = host;
  let seldom;
  host.createProgram = (roots, itsOptions, compilerHost, old, ...others) => {
    seldom ??= new SeldomTypes(compilerHost);
    let builder = createProgram(roots, itsOptions, compilerHost, old, ...others);
    if (seldom.wake(builder.getProgram())) builder = createProgram(roots, itsOptions, compilerHost, builder, ...others);
    latest = builder;
    // tslab looks for the names that the cell declares.
    ts.bindSourceFile(builder.getSourceFile(join(folder, `${CELL_FILE}.ts`)), options);
    builder.getAllDependencies = (file) => [...localFiles(builder.getProgram(), file)].map(({ fileName }) => fileName);
    builder.emit = (file, write, cancellation, onlyDeclarations, transformers) =>
      builder.getProgram().emit(
        file,
        (name, text) => {
          // Everything has its full path below the folder for output, which is relative to the notebook's.
          const path = join(parse(folder).root, relative(join(folder, options.outDir), join(folder, name)));
          const inFolder = relative(folder, path);
          if (inFolder === `${CELL_FILE}.js.map`) maps.types = new SourceMap(JSON.parse(text));
          else if (!inFolder.startsWith("..")) write([options.outDir, ...inFolder.split(sep)].join("/"), text);
          else if (name.endsWith(".js")) outside.push({ path: path.split(sep).join("/"), data: text });
        },
        cancellation,
        onlyDeclarations,
        {
          before: [
            earlierNames(builder.getProgram(), EARLIER_FILE),
            keepResources(CELL_FILE),
            keepLastNamespace(CELL_FILE),
            relativeImports(builder.getProgram()),
          ],
          ...transformers,
        },
        // What cannot be declared in words does not keep the cell from running: later cells know less of its type.
        true,
      );
    return builder;
  };
  return host;
}

/** The file and the learner's own files that it imports, and what these import. */
function localFiles(program, file, found = new Set()) {
  if (file === undefined || file.isDeclarationFile || found.has(file)) return found;
  found.add(file);
  for (const specifier of file.imports) {
    const path = program.getResolvedModuleFromModuleSpecifier(specifier, file)?.resolvedModule?.resolvedFileName;
    if (path !== undefined) localFiles(program, program.getSourceFile(path), found);
  }
  for (const { fileName } of file.referencedFiles)
    localFiles(program, program.getSourceFile(ts.resolveTripleslashReference(fileName, file.fileName)), found);
  return found;
}

/** The timer with which TypeScript waits for more files to change, before it looks for imports anew that it has not found. */
const INVALIDATION = "timerToInvalidateFailedLookupResolutions";

/** tslab has room for one timer, that of its next program, with which TypeScript looks for these imports in any case. */
function neverWait(host) {
  const { setTimeout, clearTimeout } = host;
  host.setTimeout = (work, milliseconds, name) =>
    name === INVALIDATION ? INVALIDATION : setTimeout(work, milliseconds, name);
  host.clearTimeout = (timer) => (timer === INVALIDATION ? undefined : clearTimeout(timer));
}

/** What tslab's own TypeScript leaves out of CommonJS: a cell is no strict code. */
const STRICT = /^(\s*)"use strict";/;

function transpileModule(text, options) {
  const own = {
    noImplicitUseStrict: undefined,
    sourceMap: true,
    // It takes a pattern apart that assigns to what it exports, as [a, b] = x: any iterable may be x, not arrays only.
    downlevelIteration: true,
  };
  const compilerOptions = { ...options.compilerOptions, ...own };
  const transformers = { before: [exportedTargets], after: [keepInnerNames] };
  const output = ts.transpileModule(text, { ...options, compilerOptions, transformers });
  maps.modules = new SourceMap(JSON.parse(/** @type {string} */ (output.sourceMapText)));
  const outputText = output.outputText.replace(STRICT, (found) => " ".repeat(found.length));
  return { ...output, outputText: outputText.replace(/^\/\/# sourceMappingURL=.*$/m, "") };
}

/** What TypeScript says of files, each complaint in one piece. Only a cell may await at its top: other files become CommonJS. */
function complaints(program, files) {
  for (const fault of tsconfigFaults.splice(0)) console.error(`${fault} Mend it, and restart the kernel.`);
  const modules = files.filter(
    ({ fileName, isDeclarationFile }) => !isDeclarationFile && !fileName.endsWith(`/${CELL_FILE}.ts`),
  );
  return [
    ...files.flatMap((file) => ofCode(program, file)).map(inOnePiece),
    ...modules.flatMap((file) => [...topAwaits(file)].map((node) => ts.createDiagnosticForNode(node, NO_TOP_AWAIT))),
    ...files.flatMap((file) => [...missingClasses(program, file), ...awaitsInDecorators(file)]),
  ];
}

/**
 * Of a file that cannot be read, all else that TypeScript says only follows from that. And it does not matter that a library made of the file could not be
 * declared in words, as with a class inside of a function that has private members.
 */
function ofCode(program, file) {
  const ofDeclarations = new Set(program.getDeclarationDiagnostics(file));
  const isReadable = program.getSyntacticDiagnostics(file).length === 0;
  return ts
    .getPreEmitDiagnostics(program, file)
    .filter((complaint) => (isReadable || complaint.code < FIRST_OF_MEANING) && !ofDeclarations.has(complaint));
}
/** TypeScript's numbers for what is wrong in the syntax are lower. */
const FIRST_OF_MEANING = 2000;

/** TypeScript puts decorators into a function of their own, and does not say so. */
const awaitsInDecorators = (file) =>
  [...topAwaits(file)]
    .filter((node) => ts.findAncestor(node, ts.isDecorator) !== undefined)
    .map((node) => ts.createDiagnosticForNode(node, NO_DECORATOR));
const NO_DECORATOR = {
  key: "await_in_decorator",
  category: ts.DiagnosticCategory.Error,
  code: 0,
  message: "A decorator cannot await. Await first, in a line before the class, and decorate with what came.",
};

/** What TypeScript knows by Node's types, and this Node has not. */
function* missingClasses(program, file) {
  const checker = program.getTypeChecker();
  for (const name of [...file.identifiers.keys()].filter(isMissing)) {
    const uses = [];
    const visit = (node) => {
      if (ts.isIdentifier(node) && node.text === name && !ts.isPartOfTypeNode(node)) uses.push(node);
      ts.forEachChild(node, visit);
    };
    visit(file);
    for (const use of uses) {
      const [declaration] = checker.getSymbolAtLocation(use)?.declarations ?? [];
      if (declaration !== undefined && program.isSourceFileDefaultLibrary(declaration.getSourceFile()))
        yield ts.createDiagnosticForNode(use, ts.Diagnostics.Cannot_find_name_0, name);
    }
  }
}

/** tslab would make a complaint of each sentence, and leave out what helps most. Its number: tslab takes one for that of an await at the top of a cell, which TypeScript does not make here. */
function inOnePiece(complaint) {
  const related = (complaint.relatedInformation ?? []).map(({ messageText }) => flat(messageText));
  return {
    ...complaint,
    code: complaint.code === AWAIT_IN_FUNCTION ? 0 : complaint.code,
    messageText: [flat(complaint.messageText), ...related.filter((text) => !IS_A_PLACE.test(text))].join("\n"),
  };
}
/** A long chain of reasons is as good as its first and its last one. */
function flat(text) {
  const lines = ts.flattenDiagnosticMessageText(text, "\n").split("\n");
  return (lines.length > MOST_LINES ? [lines[0], lines.at(-1)] : lines).map((line) => line.trim()).join("\n");
}
const MOST_LINES = 4;
/** These only name a place, which is not shown. */
const IS_A_PLACE = /^(?:'.*' (?:is|was) (?:also )?declared here|The expected type comes from|and here)/;

const AWAIT_IN_FUNCTION =
  ts.Diagnostics.await_expressions_are_only_allowed_within_async_functions_and_at_the_top_levels_of_modules.code;
const NO_TOP_AWAIT = ts.Diagnostics.The_current_file_is_a_CommonJS_module_and_cannot_use_await_at_the_top_level;

/** The awaits in no function of the file: `await`, `for await`, `await using`. */
export function* topAwaits(node) {
  if (ts.isFunctionLike(node)) return;
  const isUsing =
    ts.isVariableDeclarationList(node) && (node.flags & ts.NodeFlags.BlockScoped) === ts.NodeFlags.AwaitUsing;
  if (isUsing || ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier)) yield node;
  const children = [];
  ts.forEachChild(node, (child) => void children.push(child));
  for (const child of children) yield* topAwaits(child);
}

giveToTslab({
  ...ts,
  createWatchCompilerHost,
  transpileModule,
  getPreEmitDiagnosticsOfFiles: complaints,
  getPreEmitDiagnostics: (program, file) => complaints(program, [file]),
  // tslab asks which names of earlier cells stay: it knows enums, and nothing of namespaces, which live and end as these do.
  isEnumDeclaration: (node) => ts.isEnumDeclaration(node) || ts.isModuleDeclaration(node),
});

export { ts };
export const version = ts.version;

/** What `outside` has collected, as CommonJS; it begins anew. */
export function takeOutsideModules(toCommonJs) {
  const taken = outside.map(({ path, data }) => ({ path, data: toCommonJs(data) }));
  outside = [];
  return taken;
}

/** @typedef {import("node:module").SourceMapping} SourceMapping */

/** Lines that tslab puts before a cell. */
const LINES_BEFORE = 1;

/** The place in the cell, counted from 0, of what stands at that place of the last cell's compiled code; or undefined. */
export function placeInCell(line, column) {
  const between = /** @type {SourceMapping | undefined} */ (maps.modules?.findEntry(line, column));
  if (between === undefined || between.generatedLine !== line || between.generatedColumn !== column) return undefined;
  const first = /** @type {SourceMapping | undefined} */ (
    maps.types?.findEntry(between.originalLine, between.originalColumn)
  );
  if (first === undefined || first.generatedLine !== between.originalLine || first.originalLine < LINES_BEFORE)
    return undefined;
  return { line: first.originalLine - LINES_BEFORE, column: first.originalColumn };
}
