/** V8's garbage collector, when it is to run at a time of our choice. */
import { runInNewContext } from "node:vm";
import { v8 } from "./loadLate";

type Collect = (options?: { type: "minor" }) => void;

let collect: Collect | undefined;

/** Collects the young generation, which takes a fraction of a millisecond; with `all` the old one, too, which takes some ten. */
export function collectGarbage({ all }: { all: boolean }): void {
  collect ??= (globalThis as { gc?: Collect }).gc ?? hiddenCollector();
  if (all) collect();
  else collect({ type: "minor" });
}

/** V8 gives its `gc` to contexts that are made while the flag is set: this one alone. The flag is one for all threads, so another may unset it in between. */
function hiddenCollector(): Collect {
  // A program that has set the flag itself keeps it.
  const given = runInNewContext("globalThis.gc") as Collect | undefined;
  if (given !== undefined) return given;
  v8().setFlagsFromString("--expose-gc");
  try {
    return (runInNewContext("globalThis.gc") as Collect | undefined) ?? (() => undefined);
  } finally {
    v8().setFlagsFromString("--no-expose-gc");
  }
}
