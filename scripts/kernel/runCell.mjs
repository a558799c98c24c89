// How a cell is compiled and run by tslab's own executor, with some things added on the way: its code keeps the learner's lines,
// it has a name, its magics are understood, and what it throws and its last value are kept instead of printed.
import { createRequire } from "node:module";
import vm from "node:vm";
import { CELL, guardAwaits, guardOf, GUARD } from "./awaitGuards.mjs";
import { layOut, read } from "./keepLines.mjs";
import { declarationsWithout, namesOf } from "./keptNames.mjs";
import { takeExportsAway } from "./module.mjs";
import { Magics, readMagics } from "./magics.mjs";
import { Resources } from "./resources.mjs";
import { placeInCell, takeOutsideModules } from "./tslabCompiler.mjs";

const fromTslab = createRequire(createRequire(import.meta.url).resolve("tslab/package.json"));
const { createConverter, esModuleToCommonJSModule } = fromTslab("./dist/converter.js");
const { createExecutor } = fromTslab("./dist/executor.js");

const SUFFIX = "\n})(__tslab__.exports, __tslab__.require)";
const PREFIX = /^\((async )?function\(exports, require\) \{ /;

export class Cells {
  /** The source of each cell, in lines, by the name of its script. */
  sources = new Map();
  /** Where the pieces of each compiled cell stand in its source, as layOut() told, by the name of its script. */
  #places = new Map();
  #cell;
  #magics = new Magics();
  /** What tslab is to know of earlier cells from now on, in the moment in which it is told. */
  #declarations;
  resources = new Resources();
  executor;

  constructor() {
    const node = createConverter({ isJS: false, isBrowser: false });
    const convs = {
      node: this.#converter(node),
      get browser() {
        return (this.own ??= createConverter({ isJS: false, isBrowser: true }));
      },
      close() {
        node.close();
        this.own?.close();
      },
    };
    this.executor = createExecutor(process.cwd(), convs, { log: console.log, error: (...args) => this.#failed(args) });
    globalThis.__tslab__.guard = (number) => guardOf(this.running.get(number), this.resources);
    globalThis.__tslab__.magics = this.#magics;
  }

  /** Cells that have not come to their end, by number; one that was stopped stays, to be recognised. */
  running = new Map();

  /**
   * Runs a cell. Resolves with what it threw or with its compile errors, `{ thrown }` or `{ diagnostics }`, or else with `{ value }`, its last one.
   * `onCode(true)` and `onCode(false)` enclose the time in which code of the cell is on the stack.
   */
  async run(cell, onCode) {
    this.#cell = cell;
    this.sources.set(cell.name, cell.code.split(/\r?\n/));
    const { code: readable, time, shifts, refusal } = readMagics(cell.code);
    cell.shifts = shifts;
    if (refusal !== undefined) return { diagnostics: [refusal] };
    this.running.set(cell.number, cell);
    this.#magics.forget();
    const { runInThisContext } = vm;
    vm.runInThisContext = (code, options) => {
      vm.runInThisContext = runInThisContext;
      if (time) this.#magics.begin();
      onCode(true);
      const [named, namedOptions] = this.#named(code, cell, options);
      return runInThisContext(named, namedOptions);
    };
    let ended;
    try {
      ended = this.executor.execute(readable);
    } finally {
      // Only now: a cell's last value is looked at by code of its own.
      onCode(false);
      vm.runInThisContext = runInThisContext;
    }
    try {
      if (!(await ended)) {
        this.#keepNames(cell);
        return cell.failure;
      }
      this.#magics.end();
      return { value: this.#takeLastValue(cell) };
    } finally {
      if (!cell.stopped) this.running.delete(cell.number);
    }
  }

  /** The place in a cell, counted from 1, of what stands at that place of its compiled code; undefined where nothing is known of it. */
  placeOf(name, line, column) {
    const found = this.#places.get(name)?.[line - 1]?.findLast((token) => token.column < column)?.place;
    return found && { line: found.line + 1, column: found.column + 1 };
  }

  /** tslab would print it. */
  #takeLastValue({ lastValue: name }) {
    const { locals } = this.executor;
    const value = name === undefined ? undefined : locals[name];
    if (name !== undefined) delete locals[name];
    return value;
  }

  /** Names that a cell has defined before it failed are as good as any. */
  #keepNames({ names, declarations }) {
    if (declarations === undefined) return;
    const { locals } = this.executor;
    const missing = new Set(names.filter((name) => locals[name] === undefined));
    this.#declarations = declarationsWithout(declarations, (name) => missing.has(name));
    // It converts, finds nothing to run, and takes the declarations over, all of it at once.
    void this.executor.execute("");
    this.#declarations = undefined;
  }

  #converter(node) {
    return {
      ...node,
      convert: (before, code) => {
        if (this.#declarations !== undefined) return { diagnostics: [], declOutput: this.#declarations };
        const cell = takeExportsAway(code);
        const converted = cell.refusal ? { diagnostics: [cell.refusal] } : node.convert(before, cell.code);
        if (converted.diagnostics.length > 0) this.#cell.failure = { diagnostics: converted.diagnostics };
        const outside = takeOutsideModules(esModuleToCommonJSModule);
        if (!converted.output) return converted;
        this.#cell.lastValue = converted.lastExpressionVar;
        this.#cell.names = namesOf(converted.output);
        this.#cell.declarations = converted.declOutput;
        return {
          ...converted,
          ...this.#laidOut(converted.output),
          sideOutputs: [...(converted.sideOutputs ?? []), ...outside],
          lastExpressionVar: undefined,
        };
      },
      addModule: (...args) => {
        const diagnostics = node.addModule(...args);
        this.#cell.isModule = true;
        return diagnostics;
      },
    };
  }

  #laidOut(output) {
    const { name } = this.#cell;
    this.#places.delete(name);
    const compiled = read(output);
    if (compiled === undefined) return {};
    const guards = guardAwaits(compiled.program);
    const { text, places } = layOut(output, compiled.tokens, this.sources.get(name).length, placeInCell, guards);
    this.#places.set(name, places);
    return { output: text, hasToplevelAwait: guards.found };
  }

  /** tslab's word that a cell failed: compile errors, which we have already, or what it threw. */
  #failed(args) {
    if (this.#cell.isModule) return console.error(...args);
    this.#cell.failure ??= { thrown: args[0] };
  }

  /** The function around the cell gets a name, by which it is told from the functions in it, and its guards; columns are the cell's own. */
  #named(code, cell, options) {
    const [wrapped, async = ""] = PREFIX.exec(code) ?? [];
    if (!wrapped || !code.endsWith(SUFFIX))
      throw new Error("tslab wraps cells in another way than this launcher knows.");
    const prefix = `(${async}function ${CELL}(exports, require, ${GUARD}) { `;
    const text = `${prefix}${code.slice(wrapped.length, -SUFFIX.length)}\n})(__tslab__.exports, __tslab__.require, __tslab__.guard(${cell.number}))`;
    return [text, { ...options, filename: cell.name, columnOffset: -prefix.length }];
  }
}
