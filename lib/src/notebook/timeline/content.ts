/** What a timeline shows. Apart from `timeline.ts`, whose declarations users compile with: they must not need Node's types. */
import type { PoolRecord } from "../../pool/record/recorder";
import { formatTime } from "../../timing/formatTime";
import { exactSum } from "../../timing/timeit";
import { counted } from "../../base/counted";
import { percent } from "../draw/text";
import type { TimelinePicture } from "./chart";
import { hintOf } from "./hint";
import { lanesOf, sharesOf, type Lanes } from "./lanes";

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
  const without = tasks >= record.size && record.dropped === 0 ? aboutWorkersWithoutTask(record, lanes) : undefined;
  if (without !== undefined) notes.push(without);
  const hint = hintOf(record, lanes);
  if (hint !== undefined) notes.push(hint);
  const shares = sharesOf(lanes).map(({ name, share }) => `${name} ${percent(share)}`);
  const conclusion =
    tasks === 0
      ? notes.join(" ")
      : `${record.dropped > 0 ? `The last ${record.tasks.length.toLocaleString("en-US")} of ` : ""}${counted(tasks, "task")} on ${counted(record.size, "worker")} in ${formatTime(lanes.length / 1000)}: ${shares.join(", ")}.${hint === undefined ? "" : ` ${hint}`}`;
  return { title, lanes, conclusion, notes };
}

/** Which workers had no task though there was one for each, and why. */
function aboutWorkersWithoutTask({ tasks }: PoolRecord, { lanes }: Lanes): string | undefined {
  const without = lanes.filter((lane) => lane.tasks === 0);
  const [first] = without;
  if (first === undefined) return undefined;
  const who =
    without.length === 1 ? `Worker ${first.worker} had no task` : `${counted(without.length, "worker")} had no task`;
  if (without.every(({ spent }) => spent.starting > 0)) return `${who}: the work was done before it could start.`;
  const inTurn = [...tasks].sort((one, other) => one.sent - other.sent);
  const oneAtATime = inTurn.every(({ sent }, index) => index === 0 || sent >= (inTurn[index - 1]?.done ?? 0));
  return oneAtATime
    ? `${who}: there was never more than one task at a time.`
    : `${who}: the tasks are so short that others had done them before its turn.`;
}
