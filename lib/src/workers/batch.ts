/** How many tasks a worker is given at once: many short ones share a message, long ones go alone. */
import { MOST_IN_BATCH } from "./board";
import type { Job } from "./job";
import type { Line } from "./line";

/** How long a batch should last, in milliseconds, as far as one can know: less is not worth waking a worker, more would keep others waiting. */
const WORTH = 0.1;
const MOST = 1;
/** Into how many batches a worker what waits is cut, unless they were too short then. */
const SHARES = 2;

/** How long a task takes, in milliseconds: a mean in which the newest count most. Infinity while nothing is known. */
export class Pace {
  mean = Infinity;

  add(time: number): void {
    // The first one is slow: code is made and compiled.
    this.mean = this.mean === Infinity ? Math.max(1, time) : 0.75 * this.mean + 0.25 * time;
  }
}

/** The batch that begins with `first`, filled from the line. */
export function fillBatch(first: Job, line: Line, pace: number, workers: number): Job[] {
  const batch = [first];
  if (!mayShare(first)) return batch;
  const most = Math.min(MOST_IN_BATCH, MOST / pace);
  const waiting = 1 + line.waiting(most * SHARES * workers);
  const share = Math.ceil(waiting / workers);
  const size = waiting * pace < WORTH ? waiting : Math.min(most, Math.max(share / SHARES, Math.min(share, WORTH / pace)));
  while (batch.length < size) {
    const job = line.next();
    if (job === undefined) break;
    if (!mayShare(job)) {
      line.putBack([job]);
      break;
    }
    batch.push(job);
  }
  return batch;
}

function mayShare({ chunk, signal, alone }: Job): boolean {
  return chunk.mayShare && signal === undefined && alone !== true;
}
