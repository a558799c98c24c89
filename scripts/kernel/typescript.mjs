// tslab's compiler, made to say where each piece of its output comes from. tslab compiles a cell in two steps (types away,
// then modules away) and asks for no source maps; here both steps are asked for them on the way.
import { createRequire, SourceMap } from "node:module";

const require = createRequire(import.meta.url);
const fromTslab = createRequire(require.resolve("tslab/package.json"));
const path = fromTslab.resolve("@tslab/typescript-for-tslab");
const ts = fromTslab(path);

/** The latest map of each step. */
const maps = { types: undefined, modules: undefined };

function createWatchCompilerHost(rootNames, options, ...rest) {
  const host = ts.createWatchCompilerHost(rootNames, { ...options, sourceMap: true }, ...rest);
  const { createProgram } = host;
  host.createProgram = (...args) => {
    const builder = createProgram(...args);
    const { emit } = builder;
    builder.emit = (file, write, ...others) => emit(file, (name, text, ...more) => {
      if (name.endsWith("__tslab__.js.map")) maps.types = new SourceMap(JSON.parse(text));
      else write(name, text, ...more);
    }, ...others);
    return builder;
  };
  return host;
}

function transpileModule(text, options) {
  const output = ts.transpileModule(text, { ...options, compilerOptions: { ...options.compilerOptions, sourceMap: true } });
  maps.modules = new SourceMap(JSON.parse(output.sourceMapText));
  return output;
}

// In place of the module itself, before tslab loads it.
require.cache[path].exports = { ...ts, createWatchCompilerHost, transpileModule };

export const version = ts.version;

/** Lines that tslab puts before a cell. */
const LINES_BEFORE = 1;

/** The place in the cell, counted from 0, of what stands at that place of the last cell's compiled code; or undefined. */
export function placeInCell(line, column) {
  const between = maps.modules?.findEntry(line, column);
  if (between?.generatedLine !== line || between.generatedColumn !== column) return undefined;
  const first = maps.types?.findEntry(between.originalLine, between.originalColumn);
  if (first?.generatedLine !== between.originalLine || first.originalLine < LINES_BEFORE) return undefined;
  return { line: first.originalLine - LINES_BEFORE, column: first.originalColumn };
}
