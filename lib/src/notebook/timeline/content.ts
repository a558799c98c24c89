/** What a timeline shows. Apart from `timeline.ts`, whose declarations users compile with: they must not need Node's types. */
import type { PoolRecord } from "../../pool/record/recorder";
import { formatTime } from "../../timing/formatTime";
import { exactSum } from "../../timing/timeit";
import { counted, percent } from "../draw/text";
import type { TimelinePicture } from "./chart";
import { hintOf } from "./hint";
import { lanesOf, sharesOf } from "./lanes";

/** The lanes of a pool's record, and the sentences under them. */
export function pictureOf(record: PoolRecord, title: string | undefined): TimelinePicture {
  const lanes = lanesOf(record);
  const tasks = exactSum(record.totals.map((totals) => totals.tasks));
  const notes: string[] = [];
  if (tasks === 0) notes.push("The pool has ended no task since the last timeline.");
  if (record.dropped > 0)
    notes.push(`Shown are the last ${record.tasks.length.toLocaleString("en-US")} of ${counted(tasks, "task")}.`);
  if (record.lost > 0)
    notes.push(
      `Not shown: ${counted(record.lost, "task")} without an end, because a worker died or the call was stopped.`,
    );
  if (record.running > 0)
    notes.push(
      `Not shown: ${counted(record.running, "task")} still running; the next timeline has ${record.running === 1 ? "it" : "them"}.`,
    );
  if (lanes.pauses.length > 0) {
    const together = formatTime(exactSum(lanes.pauses.map(({ length }) => length)) / 1000);
    notes.push(
      lanes.pauses.length === 1
        ? `Dotted line: ${together} in which the pool had nothing to do.`
        : `Dotted lines: ${lanes.pauses.length} pauses, ${together} together, in which the pool had nothing to do.`,
    );
  }
  const hint = hintOf(record, lanes);
  if (hint !== undefined) notes.push(hint);
  const shares = sharesOf(lanes).map(({ name, share }) => `${name} ${percent(share)}`);
  const conclusion =
    tasks === 0
      ? notes.join(" ")
      : `${record.dropped > 0 ? `The last ${record.tasks.length.toLocaleString("en-US")} of ` : ""}${counted(tasks, "task")} on ${counted(record.size, "worker")} in ${formatTime(lanes.length / 1000)}: ${shares.join(", ")}.${hint === undefined ? "" : ` ${hint}`}`;
  return { title, lanes, conclusion, notes };
}
