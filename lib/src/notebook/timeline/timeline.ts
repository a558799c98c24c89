import { needNode } from "../../base/runtime";
import { describe } from "../../base/errors";
import { formatTime } from "../../timing/formatTime";
import { exactSum } from "../../timing/timeit";
import { checkTitle, readOptions } from "../../base/options";
import { Pool } from "../../pool/pool";
import { lastCalls, takeRecord, type PoolRecord } from "../../pool/record/recorder";
import { show, showLive, type Picture } from "../display";
import { counted, percent } from "../draw/text";
import { drawTimeline, writeTimeline, type TimelinePicture } from "./chart";
import { hintOf } from "./hint";
import { lanesOf, sharesOf } from "./lanes";
import { liveTimeline } from "./liveTimeline";

/** What timeline may be told. */
export interface TimelineOptions {
  title?: string | undefined;
  /** Only so many of the newest calls, a positive integer. */
  calls?: number | undefined;
}

/**
 * Shows which worker ran which task and when, of everything that `pool` did since the last call (or since it was made): a
 * lane a worker, with what its time was spent on, and a hint where something stands out; in JupyterLab the pointer tells of each task. In a terminal the same as text.
 *
 * @param pool a pool, open or closed
 * @param options a `title`, and `calls`: only so many of the newest calls, a whole number of at least 1
 * @throws TypeError for something that is no pool, or a title that is no string, RangeError for `calls` that is no such number
 *
 * @example
 * await pool.map(countPrimes, limits);
 * mp.timeline(pool);
 * // worker 1 │▒██████████████████│ 97 % busy, 4 tasks
 * // worker 2 │▒█████████████████·│ 93 % busy, 4 tasks
 * // 0 to 195 ms   ▒ sending 2 %   █ computing 95 %   · waiting 3 %
 */
export function timeline(pool: Pool, options?: TimelineOptions): void {
  needNode("timeline");
  if (!(pool instanceof Pool))
    throw new TypeError(`timeline expects a pool, e.g. timeline(pool), but ${describe(pool)} came.`);
  const { title, calls } = readOptions<TimelineOptions>("timeline", options, { title: checkTitle, calls: checkCalls });
  const record = takeRecord(pool);
  const picture = pictureOf(calls === undefined ? record : lastCalls(record, calls), title);
  const rich = drawTimeline(picture);
  const still: Picture = { mime: "image/svg+xml", rich, text: writeTimeline(picture) };
  const live = liveTimeline(picture, rich);
  if (live === undefined) show(still);
  else showLive(still, live);
}

function checkCalls(calls: unknown): number {
  if (Number.isSafeInteger(calls) && (calls as number) >= 1) return calls as number;
  throw new RangeError(`timeline expects calls to be a whole number of at least 1, but ${describe(calls)} came.`);
}

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
