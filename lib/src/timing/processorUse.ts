/** How much of the machine other programs use while something is measured. */
import { readFileSync } from "node:fs";
import * as os from "node:os";
import { isThere } from "../base/runtime";

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

/** Milliseconds of this program and of its child processes, and of their children that have ended. Linux alone tells them. */
function ownBusy(): number | undefined {
  if (!isThere("/proc/self/stat")) return undefined;
  const list = `/proc/self/task/${process.pid}/children`;
  const children = isThere(list) ? (readFileSync(list, "latin1").match(/\d+/g) ?? []) : [];
  return ["self", ...children].reduce((sum, id) => sum + busyTime(id), 0);
}

function busyTime(id: string): number {
  const file = `/proc/${id}/stat`;
  // The time of a child that has just ended is among its parent's.
  if (!isThere(file)) return 0;
  const stat = readFileSync(file, "latin1");
  // Behind the name, which may hold anything, field 3 comes first; user, system, and both of the children are fields 14 to 17, in ticks of 10 ms.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks) * 10, 0);
}
