/** A timeline that grows while its pool works. */
import type { Pool } from "../../pool/pool";
import { readRecord, type PoolRecord } from "../../pool/record/recorder";
import { changingDisplay, show, type Picture } from "../display";

/** Milliseconds between two looks at the pool. */
const PACE = 250;

const following = new WeakMap<Pool, () => void>();

/**
 * Draws the pool's record whenever there is something new in it, until the pool has worked and has had nothing to do for two looks in turn. Then
 * the record is taken. Another timeline of the pool ends this one.
 */
export function followPool(pool: Pool, draw: (record: PoolRecord) => Picture, take: () => PoolRecord): void {
  const redraw = changingDisplay();
  let seen = "0 0";
  let idle = 0;
  redraw?.(draw(readRecord(pool)));
  const timer = setInterval(look, PACE);
  // A program that ends before the next look shows the picture then.
  timer.unref();
  process.once("beforeExit", finish);
  following.set(pool, end);

  function end(): void {
    clearInterval(timer);
    process.off("beforeExit", finish);
    following.delete(pool);
  }

  function look(): void {
    const record = readRecord(pool);
    const done = record.totals.reduce((sum, { tasks }) => sum + tasks, record.lost);
    // Tasks that ended before they were sent are counted as lost, not as running.
    const works = record.running > 0;
    const now = `${done} ${record.running}`;
    idle = !works && done > 0 && now === seen ? idle + 1 : 0;
    if (idle === 2) return finish();
    if (now !== seen) redraw?.(draw(record));
    seen = now;
  }

  function finish(): void {
    end();
    const picture = draw(take());
    if (redraw === undefined) show(picture);
    else redraw(picture);
  }
}

/** No live timeline of this pool any more. */
export function stopFollowing(pool: Pool): void {
  following.get(pool)?.();
}
