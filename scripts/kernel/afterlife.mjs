// An asynchronous function cannot be ended from outside: one that sleeps in a loop would go on behind Jupyter's back when its cell
// was stopped. So timers ask who calls them: a stopped cell is thrown out of the first one, and put to sleep for good by the next.
import { createRequire } from "node:module";
import { CELL, Interrupted } from "./guard.mjs";

const promises = createRequire(import.meta.url)("node:timers/promises");
const caller = new RegExp(`at (?:async )?${CELL} \\((In\\[\\d+\\]):`);

/** The cells that were stopped, by name, and whether they have been told. */
const stopped = new Map();

export function endAfterlife(name) {
  stopped.set(name, false);
}

/** Whether the caller is a stopped cell that is to sleep; throws Interrupted when it has to be told. */
function mustSleep() {
  const name = caller.exec(new Error().stack)?.[1];
  if (!stopped.has(name)) return false;
  if (stopped.get(name)) return true;
  stopped.set(name, true);
  throw new Interrupted();
}

/** Puts a function in the place of `holder[name]` that looks like it. */
function replace(holder, name, whenAsleep) {
  const original = holder[name];
  const asking = function (...args) {
    if (stopped.size > 0 && mustSleep()) return whenAsleep();
    return Reflect.apply(original, this, args);
  };
  Object.defineProperties(asking, Object.getOwnPropertyDescriptors(original));
  holder[name] = asking;
}

export function watchTimers() {
  const { setTimeout } = globalThis;
  const never = () => setTimeout(() => undefined, 2 ** 31 - 1).unref();
  for (const name of ["setTimeout", "setInterval", "setImmediate"]) replace(globalThis, name, never);
  for (const name of ["setTimeout", "setImmediate"]) replace(promises, name, () => new Promise(() => undefined));
}
