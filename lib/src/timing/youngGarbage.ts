/** V8's own collector of what was made last, so that one variant's garbage is not collected in the time of the next. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

type Collect = (options: { type: "minor" }) => void;

let collect: Collect | undefined;

/** Collects the young generation, which takes a fraction of a millisecond; older garbage stays. */
export function collectYoungGarbage(): void {
  collect ??= (globalThis as { gc?: Collect }).gc ?? hiddenCollector();
  collect({ type: "minor" });
}

/** V8 gives its `gc` to contexts that are made while the flag is set: this one alone. */
function hiddenCollector(): Collect {
  setFlagsFromString("--expose-gc");
  try {
    return runInNewContext("gc") as Collect;
  } finally {
    setFlagsFromString("--no-expose-gc");
  }
}
