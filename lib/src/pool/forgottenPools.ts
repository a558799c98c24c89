/**
 * Pools that nobody refers to any more, as when a cell of a notebook that makes one is run again. Only V8's garbage collector knows of them, and
 * it does not know what a thread costs: it is asked to look whenever some more pools were made.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Lifetime } from "./scheduler/lifetime";

/** So many pools may be there, or be made, before the collector is asked. */
const FEW = 4;

let living = 0;
let made = 0;
/** Their workers end when their tasks are done. */
const forgotten = new FinalizationRegistry<Lifetime>((lifetime) => lifetime.close());

/** Closes a pool when nobody refers to it any more. */
export function closeWhenForgotten(pool: object, lifetime: Lifetime): void {
  forgotten.register(pool, lifetime);
  living++;
  void lifetime.ended.then(() => {
    living--;
  });
  if (++made >= FEW && living > FEW) {
    made = 0;
    collectGarbage();
  }
}

function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
}
