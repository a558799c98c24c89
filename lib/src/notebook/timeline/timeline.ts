/** `mp.timeline`: shows what each worker of a pool did and when, once or while it works. */
import { needNode } from "../../base/runtime";
import { describe } from "../../base/errors";
import { checkTitle, readOptions } from "../../base/options";
import { Pool } from "../../pool/pool";
import { lastCalls } from "../../pool/record/lastCalls";
import { takeRecord, type PoolRecord } from "../../pool/record/recorder";
import { show, type Picture } from "../display";
import { drawTimeline, regionsOf, tasksInWords, writeTimeline, type TimelinePicture } from "./chart";
import { pictureOf } from "./content";
import { keepForTrace } from "./traceEvents";
import { followPool, stopFollowing } from "./live";

/** What timeline may be told. */
export interface TimelineOptions {
  title?: string | undefined;
  /** Only so many of the newest calls, a positive integer. */
  calls?: number | undefined;
  /** Begin now, and grow while the pool works. */
  live?: boolean | undefined;
}

/**
 * Shows which worker ran which task and when, of everything that `pool` did since the last call (or since it was made): a
 * lane a worker, with what its time was spent on, and a hint where something stands out; in JupyterLab the pointer tells of each task, and so does
 * the list under the picture. In a terminal the same as text.
 *
 * @param pool a pool, open or closed
 * @param options a `title`; `calls`: only so many of the newest calls, a whole number of at least 1; `live: true`: the picture grows while the pool works,
 *   and is complete when the pool has nothing left to do (in a terminal the text comes then)
 * @throws TypeError for something that is no pool, a title that is no string, or `live` that is no boolean, RangeError for `calls` that is no such number
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
  const { title, calls, live } = readOptions<TimelineOptions>("timeline", options, {
    title: checkTitle,
    calls: checkCalls,
    live: checkLive,
  });
  const draw = (record: PoolRecord) =>
    asPicture(pictureOf(calls === undefined ? record : lastCalls(record, calls), title));
  const take = (it: Pool) => keepForTrace(it, takeRecord(it));
  stopFollowing(pool);
  if (live === true) followPool(pool, draw, take);
  else show(draw(take(pool)));
}

function asPicture(picture: TimelinePicture): Picture {
  const lines = tasksInWords(picture);
  return {
    mime: "image/svg+xml",
    get rich() {
      return drawTimeline(picture);
    },
    text: writeTimeline(picture),
    regions: regionsOf(picture),
    figures: lines.length === 0 ? undefined : { heading: "Each task in figures", lines },
  };
}

function checkCalls(calls: unknown): number {
  if (Number.isSafeInteger(calls) && (calls as number) >= 1) return calls as number;
  throw new RangeError(`timeline expects calls to be a whole number of at least 1, but ${describe(calls)} came.`);
}

function checkLive(live: unknown): boolean {
  if (typeof live === "boolean") return live;
  throw new TypeError(`timeline expects live to be true or false, but ${describe(live)} came.`);
}
