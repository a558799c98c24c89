/** Records of pools, made by hand. Not a test file. */
import type { PoolRecord, WorkerStart, WorkerTotals, TaskRecord } from "../../dist/internal";

export interface TaskPlan {
  worker: number;
  sent: number;
  /** Milliseconds. */
  sending?: number;
  computing: number;
  back?: number;
  queued?: number;
  items?: number;
  call?: number;
  first?: number;
  name?: string;
}

export function task({
  worker,
  sent,
  sending = 0,
  computing,
  back = 0,
  queued = sent,
  items = 1,
  call = 1,
  first,
  name = "work",
}: TaskPlan): TaskRecord {
  const started = sent + sending;
  const ended = started + computing;
  return {
    worker,
    call,
    name,
    first,
    items,
    packing: 0,
    queued,
    sent,
    received: sent + sending / 2,
    started,
    ended,
    replied: ended,
    arrived: ended + back / 2,
    done: ended + back,
    failed: false,
  };
}

/** A record of `size` workers whose totals are those of its tasks. */
export function record(
  size: number,
  plans: TaskPlan[],
  more: Partial<PoolRecord> & { starts?: WorkerStart[] } = {},
): PoolRecord {
  const tasks = plans.map(task);
  const totals = Array.from({ length: size }, (_, index): WorkerTotals => {
    const own = tasks.filter(({ worker }) => worker === index + 1);
    const sum = (of: (one: TaskRecord) => number) => own.reduce((all, one) => all + of(one), 0);
    return {
      tasks: own.length,
      items: sum(({ items }) => items),
      computing: sum(({ started, ended }) => ended - started),
      overhead: sum(({ sent, started, ended, done }) => done - sent - (ended - started)),
      sending: sum(({ sent, received }) => received - sent),
      unpacking: sum(({ received, started }) => started - received),
      packingBack: sum(({ ended, replied }) => replied - ended),
      sendingBack: sum(({ replied, done }) => done - replied),
      packing: 0,
    };
  });
  return { size, since: 0, until: 1e6, tasks, dropped: 0, totals, starts: [], lost: 0, running: 0, ...more };
}
