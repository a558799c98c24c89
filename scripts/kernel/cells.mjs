// How a cell is compiled and run by tslab's own executor, with three things added on the way: its code keeps the learner's lines,
// it has a name, and what it throws is kept instead of printed.
import { createRequire } from "node:module";
import vm from "node:vm";
import { CELL, guardAwaits, guardOf, GUARD, noGuards } from "./guard.mjs";
import { layOut } from "./layout.mjs";
import { placeInCell } from "./typescript.mjs";

const fromTslab = createRequire(createRequire(import.meta.url).resolve("tslab/package.json"));
const { createConverter } = fromTslab("./dist/converter.js");
const { createExecutor } = fromTslab("./dist/executor.js");

const SUFFIX = "\n})(__tslab__.exports, __tslab__.require)";
const PREFIX = /^\((async )?function\(exports, require\) \{ /;

export class Cells {
  /** The source of each cell, in lines, by the name of its script. */
  sources = new Map();
  #cell;
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
    globalThis.__tslab__.guard = (number) => guardOf(this.running.get(number));
  }

  /** Cells that have not come to their end, by number; one that was stopped stays, to be recognised. */
  running = new Map();

  /**
   * Runs a cell. Resolves with what it threw or with its compile errors, `{ thrown }` or `{ diagnostics }`, or with undefined.
   * `onCode(true)` and `onCode(false)` enclose the time in which code of the cell is on the stack.
   */
  async run(cell, onCode) {
    this.#cell = cell;
    this.running.set(cell.number, cell);
    this.sources.set(cell.name, cell.code.split(/\r?\n/));
    const { runInThisContext } = vm;
    vm.runInThisContext = (code, options) => {
      vm.runInThisContext = runInThisContext;
      onCode(true);
      try {
        return runInThisContext(this.#named(code, cell), { ...options, filename: cell.name });
      } finally {
        onCode(false);
      }
    };
    let ended;
    try {
      ended = this.executor.execute(cell.code);
    } finally {
      vm.runInThisContext = runInThisContext;
    }
    const ok = await ended;
    if (!cell.stopped) this.running.delete(cell.number);
    return ok ? undefined : cell.failure;
  }

  #converter(node) {
    return {
      ...node,
      convert: (before, code) => {
        const converted = node.convert(before, code);
        if (converted.diagnostics.length > 0) this.#cell.failure = { diagnostics: converted.diagnostics };
        if (!converted.output) return converted;
        const guard = converted.hasToplevelAwait ? guardAwaits : noGuards;
        return { ...converted, output: layOut(converted.output, code.split("\n").length, placeInCell, guard) };
      },
      addModule: (...args) => {
        const diagnostics = node.addModule(...args);
        this.#cell.isModule = true;
        return diagnostics;
      },
    };
  }

  /** tslab's word that a cell failed: compile errors, which we have already, or what it threw. */
  #failed(args) {
    if (this.#cell.isModule) return console.error(...args);
    this.#cell.failure ??= { thrown: args[0] };
  }

  /** The function around the cell gets a name, by which it is told from the functions in it, and its guards. */
  #named(code, cell) {
    if (!PREFIX.test(code) || !code.endsWith(SUFFIX)) throw new Error("tslab wraps cells in another way than this launcher knows.");
    return `${code.replace(PREFIX, (_, async = "") => `(${async}function ${CELL}(exports, require, ${GUARD}) { `).slice(0, -SUFFIX.length)}
})(__tslab__.exports, __tslab__.require, __tslab__.guard(${cell.number}))`;
  }
}
