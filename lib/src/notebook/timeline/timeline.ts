import { needNode } from "../../base/runtime";
import { describe } from "../../base/errors";
import { checkTitle, readOptions } from "../../base/options";
import { Pool } from "../../pool/pool";
import { lastCalls, takeRecord } from "../../pool/record/recorder";
import { show, showLive, type Picture } from "../display";
import { drawTimeline, writeTimeline } from "./chart";
import { pictureOf } from "./content";
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
