/** A timeline that grows while its pool works. */
import type { Pool } from "../../pool/pool";
import { readRecord, type PoolRecord } from "../../pool/record/recorder";
import { changingDisplay, show, type Picture } from "../display";
import { clearInterval, setInterval } from "../../base/timers";

/** Milliseconds between two looks at the pool. */
const PACE = 250;

const following = new WeakMap<Pool, () => void>();
/** What ends those that are under way: a program that ends before their next look shows their pictures then. */
const underWay = new Set<() => void>();

function finishAll(): void {
  for (const finish of [...underWay]) finish();
}

/**
 * Draws the pool's record whenever there is something new in it, until the pool has worked and has had nothing to do for two looks in turn. Then
 * the record is taken. Another timeline of the pool ends this one, and so does the end of a pool that has never worked and that the program has forgotten.
 */
export function followPool(pool: Pool, draw: (record: PoolRecord) => Picture, take: (pool: Pool) => PoolRecord): void {
  const redraw = changingDisplay();
  const unused = new WeakRef(pool);
  // A pool that has worked is kept until its picture is finished.
  let used: Pool | undefined;
  let seen = "0 0";
  let idle = 0;
  redraw?.(draw(readRecord(pool)));
  const timer = setInterval(look, PACE);
  timer.unref();
  if (underWay.size === 0) process.once("beforeExit", finishAll);
  underWay.add(finish);
  following.set(pool, end);

  function end(): void {
    clearInterval(timer);
    underWay.delete(finish);
    if (underWay.size === 0) process.off("beforeExit", finishAll);
    const known = used ?? unused.deref();
    if (known !== undefined) following.delete(known);
  }

  function look(): void {
    const watched = used ?? unused.deref();
    if (watched === undefined) return end();
    const record = readRecord(watched);
    const done = record.totals.reduce((sum, { tasks }) => sum + tasks, record.lost);
    // Tasks that ended before they were sent are counted as lost, not as running.
    const works = record.running > 0;
    if (works || done > 0) used = watched;
    const now = `${done} ${record.running}`;
    idle = !works && done > 0 && now === seen ? idle + 1 : 0;
    if (idle === 2) return finish();
    if (now !== seen) redraw?.(draw(record));
    seen = now;
  }

  function finish(): void {
    const watched = used ?? unused.deref();
    end();
    if (watched === undefined) return;
    const picture = draw(take(watched));
    if (redraw === undefined) show(picture);
    else redraw(picture);
  }
}

/** No live timeline of this pool any more. */
export function stopFollowing(pool: Pool): void {
  following.get(pool)?.();
}
