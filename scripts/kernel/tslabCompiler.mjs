// tslab's compiler, made to say where each piece of its output comes from. tslab compiles a cell in two steps (types away,
// then modules away) and asks for no source maps; here both steps are asked for them on the way.
import { createRequire, SourceMap } from "node:module";

const require = createRequire(import.meta.url);
const fromTslab = createRequire(require.resolve("tslab/package.json"));
const path = fromTslab.resolve("@tslab/typescript-for-tslab");
const ts = fromTslab(path);

/**
 * The latest map of each step.
 * @type {{ types?: SourceMap, modules?: SourceMap }}
 */
const maps = {};

function createWatchCompilerHost(rootNames, options, ...rest) {
  const host = ts.createWatchCompilerHost(
    rootNames,
    { ...options, sourceMap: true, disableTopLevelAwait: false },
    ...rest,
  );
  const { createProgram } = host;
  host.createProgram = (...args) => {
    const builder = createProgram(...args);
    const { emit } = builder;
    builder.emit = (file, write, ...others) =>
      emit(
        file,
        (name, text, ...more) => {
          if (name.endsWith("__tslab__.js.map")) maps.types = new SourceMap(JSON.parse(text));
          else write(name, text, ...more);
        },
        ...others,
      );
    return builder;
  };
  return host;
}

function transpileModule(text, options) {
  const output = ts.transpileModule(text, {
    ...options,
    compilerOptions: { ...options.compilerOptions, sourceMap: true },
  });
  maps.modules = new SourceMap(JSON.parse(output.sourceMapText));
  return output;
}

/** What TypeScript says of files, tslab's own name of a cell's ending so. Only a cell may await at its top: other files become CommonJS. */
function complaints(program, files) {
  const said = ts
    .getPreEmitDiagnosticsOfFiles(program, files)
    .map((one) => (one.code === AWAIT_IN_FUNCTION ? { ...one, code: 0 } : one));
  const modules = files.filter(
    ({ fileName, isDeclarationFile }) => !isDeclarationFile && !fileName.endsWith("/__tslab__.ts"),
  );
  return [
    ...said,
    ...modules.flatMap((file) => [...topAwaits(file)].map((node) => ts.createDiagnosticForNode(node, NO_TOP_AWAIT))),
  ];
}

/** tslab takes this complaint for that of an await at the top of a cell, which TypeScript does not make here. */
const AWAIT_IN_FUNCTION =
  ts.Diagnostics.await_expressions_are_only_allowed_within_async_functions_and_at_the_top_levels_of_modules.code;
const NO_TOP_AWAIT = ts.Diagnostics.The_current_file_is_a_CommonJS_module_and_cannot_use_await_at_the_top_level;

function* topAwaits(node) {
  if (ts.isFunctionLike(node)) return;
  if (ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier)) yield node;
  const children = [];
  ts.forEachChild(node, (child) => void children.push(child));
  for (const child of children) yield* topAwaits(child);
}

// In place of the module itself, before tslab loads it.
/** @type {NodeJS.Module} */ (require.cache[path]).exports = {
  ...ts,
  createWatchCompilerHost,
  transpileModule,
  getPreEmitDiagnosticsOfFiles: complaints,
  getPreEmitDiagnostics: (program, file) => complaints(program, [file]),
};

export { ts };
export const version = ts.version;

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
