// Stop ends the timers that cells have left in the background, and the loops that sleep by timers. An asynchronous function cannot be ended from
// outside, so the timer functions look at their callers. In a stopped cell the first one throws Interrupted, and the next ones never fire.
import { createRequire } from "node:module";
import { noteCallers } from "./cellFrames.mjs";
import { Interrupted } from "./awaitGuards.mjs";

const promises = createRequire(import.meta.url)("node:timers/promises");
const { setTimeout, clearTimeout } = globalThis;

/** How many Stops there have been. A timer from before the last one has ended. */
let stops = 0;
/** The cells that were stopped, by name, and whether they have been told. */
const stopped = new Map();

/** Ends what cells have left behind, and what the cell of that name, if one runs, is going to do. */
export function endAfterlife(name) {
  stops++;
  if (name !== undefined) stopped.set(name, false);
}

/** A cell begins. All cells that are not counted have one name. */
export function beginLife(name) {
  stopped.delete(name);
}

/** How many callers show whose timer it is; only all of them show which cell waits for it. */
const FEW = 4;
const ALL = 100;

const never = () => new Promise(() => undefined);
const sleeper = () => setTimeout(() => undefined, 2 ** 31 - 1).unref();

/** The name of the cell that waits for what these have called. */
function waitingCell(callers) {
  return callers.find(({ isCell }) => isCell)?.script;
}

/** Whether a stopped cell is to sleep; throws Interrupted when it has to be told. */
function mustSleep(name) {
  if (!stopped.has(name)) return false;
  if (stopped.get(name)) return true;
  stopped.set(name, true);
  throw new Interrupted();
}

/** A promise's own function, as in `new Promise((resolve) => setTimeout(resolve, 100))`. */
const isResolver = (callback) =>
  typeof callback === "function" &&
  callback.name === "" &&
  callback.length === 1 &&
  /^function \(\) \{ \[native code\] \}$/.test(Function.prototype.toString.call(callback));

/** A timer and its callers. A Stop ends the learner's timers, not those of the library and of packages. */
class Timer {
  #born = stops;

  constructor(callers, isLearners) {
    this.callers = callers;
    this.isLearners = isLearners;
  }

  hasEnded() {
    if (this.#born === stops) return false;
    const caller = this.callers.find(({ script }) => script !== "" && !script.startsWith("node:"));
    return caller !== undefined && this.isLearners(caller.script);
  }

  /** Whether the cell that waits for it was stopped: that cell gets Interrupted, so that its `finally` runs. */
  isAwaited() {
    return stopped.has(waitingCell(this.callers));
  }

  pass(value) {
    if (!this.hasEnded()) return value;
    if (this.isAwaited()) throw new Interrupted();
    return never();
  }
}

/** The kinds of Node's timer functions. */
const kinds = {
  callback: (start, [callback, ...rest], timer) => {
    if (typeof callback !== "function") return start(callback, ...rest);
    return start(
      /** @this {NodeJS.Timeout} */
      function (...args) {
        if (!timer.hasEnded() || (isResolver(callback) && timer.isAwaited())) Reflect.apply(callback, this, args);
        else clearTimeout(this);
      },
      ...rest,
    );
  },
  /**
   * Node's loop over the immediates of a turn would not bear the end of one in its callback: it would forget those behind, the library's and its own too, and never rest, or
   * throw for ever. What an immediate leaves for the next tick is called at the same place, outside the loop's step.
   */
  immediate: (start, [callback, ...rest], timer) => {
    if (typeof callback !== "function" || isResolver(callback))
      return kinds.callback(start, [callback, ...rest], timer);
    /** @this {unknown} */
    const later = function (...args) {
      process.nextTick(() => Reflect.apply(callback, this, args));
    };
    return kinds.callback(start, [later, ...rest], timer);
  },
  promise: async (start, args, timer) => timer.pass(await start(...args)),
  ticks: async function* (start, args, timer) {
    for await (const tick of start(...args)) yield timer.pass(tick);
  },
};

/** Makes Node's timer functions look at their callers. `isLearners(script)` tells the learner's files; `uninterrupted` runs what nothing may end in the middle. */
export function watchTimers(isLearners, uninterrupted) {
  const replace = (holder, name, kind, whenAsleep) => {
    const original = holder[name];
    /** @this {unknown} */
    const asking = function (...args) {
      const count =
        stopped.size > 0 || kind === kinds.promise || kind === kinds.ticks || isResolver(args[0]) ? ALL : FEW;
      const callers = uninterrupted(() => noteCallers(asking, count));
      if (stopped.size > 0 && mustSleep(waitingCell(callers))) return whenAsleep();
      return kind((...changed) => Reflect.apply(original, this, changed), args, new Timer(callers, isLearners));
    };
    // The same name, length and properties as the original.
    Object.defineProperties(asking, Object.getOwnPropertyDescriptors(original));
    holder[name] = asking;
  };
  for (const name of ["setTimeout", "setImmediate"]) replace(promises, name, kinds.promise, never);
  replace(Object.getPrototypeOf(promises.scheduler), "wait", kinds.promise, never);
  replace(promises, "setInterval", kinds.ticks, never);
  for (const name of ["setTimeout", "setInterval"]) replace(globalThis, name, kinds.callback, sleeper);
  replace(globalThis, "setImmediate", kinds.immediate, sleeper);
}
