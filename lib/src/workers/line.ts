/** The line of what waits for a free worker, in the order of the calls. */
import type { Job, JobSource } from "./job";

export class Line {
  /** Jobs that a worker was given and did not begin: they are the next. */
  private returned: Job[] = [];
  private sources: JobSource[] = [];
  /** The place of the first in `sources`: to shift a long array costs as much as it is long. */
  private head = 0;

  add(source: JobSource): void {
    this.sources.push(source);
  }

  putBack(jobs: readonly Job[]): void {
    if (jobs.length > 0) this.returned = [...jobs, ...this.returned];
  }

  /** The next job, which is none of the line's any more; undefined when nobody waits. */
  next(): Job | undefined {
    for (let back = this.returned.shift(); back !== undefined; back = this.returned.shift()) if (back.wanted()) return back;
    while (this.head < this.sources.length) {
      const job = this.sources[this.head].next();
      if (job !== undefined) return job;
      this.forgetFirst();
    }
    return undefined;
  }

  /** How many jobs wait, counted up to `enough`. */
  waiting(enough: number): number {
    let count = this.returned.length;
    for (let at = this.head; at < this.sources.length && count < enough; at++) count += this.sources[at].left();
    return count;
  }

  /** Everybody in the line is told that it ends. */
  end(error: unknown): void {
    const sources = this.sources.slice(this.head);
    const returned = this.returned;
    this.sources = [];
    this.returned = [];
    this.head = 0;
    for (const job of returned) job.failed(error);
    for (const source of sources) source.gone(error);
  }

  private forgetFirst(): void {
    if (++this.head < this.sources.length / 2) return;
    this.sources.splice(0, this.head);
    this.head = 0;
  }
}
