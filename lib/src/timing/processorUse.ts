/** How much of the machine other programs use while something is measured. */
import { readFileSync } from "node:fs";
import * as os from "node:os";

/** Begins to look; the returned function tells how many processors other programs have kept busy since; undefined where nobody can tell. */
export function watchOtherPrograms(): () => number | undefined {
  const start = { at: performance.now(), all: allBusy(), own: ownBusy() };
  return () => {
    const elapsed = performance.now() - start.at;
    const own = ownBusy();
    // Systems count in ticks of 10 ms.
    if (own === undefined || start.own === undefined || elapsed < 100) return undefined;
    return Math.max(0, allBusy() - start.all - (own - start.own)) / elapsed;
  };
}

/** Milliseconds that all processors have worked, since the system started. */
function allBusy(): number {
  return os.cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);
}

/** Milliseconds of this program and of its child processes that have ended. Linux alone tells the latter. */
function ownBusy(): number | undefined {
  if (process.platform !== "linux") return undefined;
  const stat = readFileSync("/proc/self/stat", "latin1");
  // Behind the name, which may hold anything, field 3 comes first; user, system, and both of the children are fields 14 to 17, in ticks of 10 ms.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks) * 10, 0);
}
