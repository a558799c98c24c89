// What the main thread does with the messages of the other one.
import { createRequire } from "node:module";
import { enterTypes, version as typescript } from "./tslabCompiler.mjs"; // first: it prepares what tslab loads
import { beginLife, endAfterlife, watchTimers } from "./stoppedTimers.mjs";
import { Cells } from "./runCell.mjs";
import { endAll, endGroupAfterwards } from "./processGroup.mjs";
import { tellCellsInStacks } from "./cellFrames.mjs";
import { Interrupted } from "./awaitGuards.mjs";
import { Output } from "./output.mjs";
import { ASKED, RUNNING, STOPPED } from "./sharedFlags.mjs";
import { dealtWith, Stop } from "./interruptMainThread.mjs";
import { isError, read } from "./thrown.mjs";
import { describeDiagnostics, describeThrown, isLearners, tell } from "./errorReport.mjs";
import { Input } from "./input.mjs";
import { unrollNoLoops } from "./loopUnrolling.mjs";
import { formsOf } from "./lastValue.mjs";
import { withoutMagics } from "./magics.mjs";
import { completionsAt } from "./completion.mjs";
import { isComplete } from "./completeness.mjs";
import { keepCode } from "./typescript.mjs";

const fromTslab = createRequire(createRequire(import.meta.url).resolve("tslab/package.json"));
const { JupyterHandlerImpl } = fromTslab("./dist/jupyter.js");
const tslab = fromTslab("./package.json").version;

/** How long (milliseconds) a stopped cell has to end by itself. */
const LAST_WORDS_MS = 50;
/** As many frames are kept of a stack: the learner's own may lie below many others. */
const FRAMES = 100;

export class Kernel {
  #cell;

  constructor(io, shared) {
    this.io = io;
    this.shared = shared;
    this.stop = new Stop(shared);
    this.output = new Output(shared, (message) => io.postMessage(message));
    this.input = new Input((message, transfer) => io.postMessage(message, transfer));
    this.cells = new Cells();
    this.handler = new JupyterHandlerImpl(this.cells.executor, false);
    Error.stackTraceLimit = FRAMES;
    tellCellsInStacks((...place) => this.cells.placeOf(...place));
    process.on("uncaughtException", (error) => this.#report("UncaughtException", error));
    // What Stop ended and nobody waits for needs no word of its own.
    process.on("unhandledRejection", (reason) => {
      if (!isError(reason) || read(reason, "name") !== "Interrupted") this.#report("UnhandledPromiseRejection", reason);
    });
    process.on("SIGINT", () => this.#stopCell());
    process.on("exit", endAll);
    endGroupAfterwards();
    watchTimers(
      (script) => this.cells.sources.has(script) || isLearners(script),
      (work) => this.stop.uninterrupted(work),
    );
    io.on("message", (message) => this.stop.whileBusy(() => this.#hear(message)));
    io.on("error", (error) => {
      /** @type {any} */ (process)._rawDebug("The kernel's second thread failed:", error);
      process.exit(1);
    });
    io.postMessage({ is: "ready", info: this.#info() });
    setImmediate(() => this.stop.whileBusy(enterTypes));
  }

  #hear(message) {
    switch (message.is) {
      case "execute":
        return this.#execute(message);
      case "request":
        return this.io.postMessage({ is: "answer", number: message.number, content: this.#answer(message) });
      case "stop":
        if (Atomics.load(this.shared, STOPPED) >= message.turn) return;
        dealtWith(this.shared, message.turn);
        // A Stop that was meant for a cell that has ended since must not hit the next one.
        if (message.cell === Atomics.load(this.shared, RUNNING)) this.#stopCell();
        return;
      case "exit":
        return void this.cells.resources.endAll().finally(() => process.exit(0));
    }
  }

  #execute({ number, code, name, id }) {
    const cell = { number, code, name, id, stopped: false };
    this.#cell = cell;
    beginLife(name);
    unrollNoLoops();
    this.stop.where = undefined;
    this.output.cell = number;
    this.input.cell = number;
    Atomics.store(this.shared, RUNNING, number);
    const before = this.stop.whileLearners(() => this.cells.resources.endCell(id));
    if (before === undefined) this.#start(cell);
    else void before.then(() => this.stop.whileBusy(() => this.#start(cell)));
  }

  #start(cell) {
    if (this.#cell !== cell) return;
    const run = this.cells.run(cell, (starts) => (this.stop.busy = !starts));
    run
      .then(async (outcome) => {
        const forms = outcome?.value == null ? undefined : await formsOf(outcome.value);
        if (forms !== undefined) this.output.showValue(cell.number, forms);
        this.#ended(cell, outcome);
      })
      .catch((error) => this.#ended(cell, { thrown: error }));
  }

  /** @param {{ value?: unknown, thrown?: unknown, diagnostics?: any[] }} [outcome] */
  #ended(cell, outcome) {
    if (this.#cell !== cell) return;
    // A cell that came to its end before this thread could hear of the Stop was stopped all the same: nothing after it is to run.
    if (!cell.stopped && Atomics.load(this.shared, ASKED) === cell.number) return this.#stopCell();
    this.#cell = undefined;
    Atomics.store(this.shared, RUNNING, 0);
    this.stop.rest();
    // It holds something of every cell that awaited; tslab makes another.
    this.cells.executor.interrupt();
    this.io.postMessage({ is: "ended", error: this.stop.whileBusy(() => this.#describe(cell, outcome)) });
    this.stop.whileBusy(keepCode);
  }

  #report(what, thrown) {
    process.stderr.write(`${what}: ${this.stop.whileBusy(() => tell(thrown, this.cells.sources))}\n`);
  }

  #describe(cell, outcome) {
    const { sources } = this.cells;
    if (cell.stopped || read(outcome?.thrown, "code") === "ERR_SCRIPT_EXECUTION_INTERRUPTED") {
      const error = new Interrupted();
      error.stack = this.stop.where ?? "";
      return describeThrown(error, cell, sources);
    }
    if (outcome?.diagnostics) return describeDiagnostics(outcome.diagnostics, cell, sources);
    return outcome && "thrown" in outcome ? describeThrown(outcome.thrown, cell, sources) : undefined;
  }

  /** Ends the cell that runs, if one does, and what was started in the background. */
  #stopCell() {
    const cell = this.#cell;
    if (cell) cell.stopped = true;
    endAfterlife(cell?.name);
    this.stop.tellAll();
    if (!cell) return;
    this.cells.executor.interrupt();
    // Code that was ended in the middle never comes to an end of its own.
    setTimeout(() => this.#ended(cell), LAST_WORDS_MS);
  }

  #answer({ type, content: asked }) {
    const content = { ...asked, code: withoutMagics(asked.code) };
    try {
      switch (type) {
        case "is_complete_request":
          return isComplete(content.code, this.handler);
        case "inspect_request":
          return this.handler.handleInspect({ ...content, cursor_pos: toUnits(content.code, content.cursor_pos) });
        case "complete_request": {
          const position = toUnits(content.code, content.cursor_pos);
          const answer = completionsAt(this.cells.executor, content.code, position);
          const [cursor_start, cursor_end] = [answer.cursor_start, answer.cursor_end].map((at) =>
            toPoints(content.code, at),
          );
          return { ...answer, cursor_start, cursor_end };
        }
      }
    } catch (error) {
      const { ename, evalue, traceback } = describeThrown(error, {}, this.cells.sources);
      return { status: "error", ename, evalue, traceback };
    }
  }

  #info() {
    const info = this.handler.handleKernel();
    return {
      ...info,
      status: "ok",
      implementation_version: tslab,
      help_links: [],
      banner: `TypeScript ${typescript} (tslab ${tslab}) on Node.js ${process.version}`,
      language_info: { ...info.language_info, version: typescript, pygments_lexer: "typescript" },
    };
  }
}

// Jupyter counts characters, JavaScript counts halves of some of them.
const toUnits = (text, points) => [...text].slice(0, points).join("").length;
const toPoints = (text, units) => [...text.slice(0, units)].length;
