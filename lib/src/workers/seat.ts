/**
 * One seat of a crew: a worker takes it for a session, which is one task for piscina, and works off batches of tasks meanwhile. So
 * piscina keeps the workers, tells when one dies and ends one that is stopped, and tasks travel in the shortest way there is.
 */
import { clock } from "../ground/clock";
import type { Board } from "./board";
import { notCarried, whatHappened } from "./died";
import { fromFailure } from "./failure";
import type { Job } from "./job";
import type { Failure, Reply } from "./protocol";
import type { Recorder } from "./record";
import type { Staff } from "./staff";
import type { WorkerLink } from "./workerLink";

/** How long a worker that has done its `maxTasksPerChild` may take to end, in milliseconds. */
const END_WITHIN = 500;

export interface SeatEvents {
  /** It can take a batch, or could be taken by a worker. */
  free(): void;
  /** The worker did not begin these. */
  returned(jobs: readonly Job[]): void;
  /** The initializer that was asked for has failed, or the worker died in it. */
  notReady(error: () => unknown): void;
}

export class Seat {
  /** It was taken by a worker once. */
  wasTaken = false;
  /** The line to the worker that has it. */
  link: WorkerLink | undefined;
  private session: "none" | "opening" | "open" | "ending" = "none";
  private warmUp = false;
  private stop = new AbortController();
  private patience: NodeJS.Timeout | undefined;
  private batch: readonly Job[] = [];
  private replies = 0;
  /** When the next reply's task could begin, as far as this thread knows. */
  private sent = 0;
  private given = 0;
  private signal: AbortSignal | undefined;
  private readonly onAbort = (): void => this.end(this.signal?.reason);

  constructor(private readonly number: number, private readonly staff: Staff, private readonly board: Board, private readonly recorder: Recorder, private readonly events: SeatEvents) {}

  /** Is there a worker with nothing to do? */
  get free(): boolean {
    return this.session === "open" && this.batch.length === 0;
  }

  get empty(): boolean {
    return this.session === "none";
  }

  /** Is its worker running the initializer that it was asked to run? */
  get warming(): boolean {
    return this.session === "opening" && this.warmUp;
  }

  get opening(): boolean {
    return this.session === "opening";
  }

  get busy(): boolean {
    return this.batch.length > 0;
  }

  /** How long it has been at its batch, in milliseconds; 0 when it is at the last task. */
  get age(): number {
    return this.batch.length - this.replies > 1 ? clock() - this.given : 0;
  }

  /** Has a worker take this seat. */
  async open(warmUp = false): Promise<void> {
    this.session = "opening";
    this.warmUp = warmUp;
    this.stop = new AbortController();
    try {
      await this.staff.sit({ seat: this.number, warmUp }, this.stop.signal);
    } catch (error) {
      this.lost(error as Error);
    } finally {
      clearTimeout(this.patience);
      this.session = "none";
      this.link = undefined;
      this.events.free();
    }
  }

  /** Its worker need not tell of its results: somebody listens all the time. */
  watch(): void {
    this.link?.watch();
  }

  unwatch(): void {
    this.link?.unwatch();
  }

  /** Hears at once what its worker has said, if it has said anything. */
  listen(): boolean {
    return this.link?.catchUp() ?? false;
  }

  seated(link: WorkerLink, failure: Failure | undefined): void {
    if (this.session !== "opening") return;
    this.link = link;
    this.session = "open";
    if (failure !== undefined) this.events.notReady(() => fromFailure(failure));
    else this.wasTaken = true;
    this.events.free();
  }

  /** Sends the worker away, so that it does not keep the program alive. */
  rest(): void {
    if (!this.free) return;
    this.session = "ending";
    this.link?.tell({ is: "rest" });
  }

  give(jobs: readonly Job[]): void {
    this.board.addBusy(1);
    this.batch = jobs;
    this.replies = 0;
    this.given = this.sent = clock();
    const number = this.board.offer(this.number, jobs.length);
    // Only a batch of one has one.
    this.signal = jobs[0].signal;
    this.signal?.addEventListener("abort", this.onAbort);
    try {
      this.link?.send(number, jobs.map(({ chunk }) => chunk.work), jobs.flatMap(({ chunk }) => chunk.moves));
      this.recorder.tasksSent(jobs.length);
    } catch (error) {
      this.clear();
      // Which of several it is comes out when each goes alone.
      if (jobs.length === 1) return jobs[0].failed(notCarried(error));
      for (const job of jobs) job.alone = true;
      this.events.returned(jobs);
    }
  }

  reply(reply: Reply): void {
    const job = this.batch[this.replies] as Job | undefined;
    // The worker of a job that was given up had already replied.
    if (job === undefined) return;
    const { sent } = this;
    const arrived = clock();
    this.sent = Math.max(sent, reply.times[3]);
    if (++this.replies === this.batch.length) this.clear();
    if (reply.last === true) this.awaitEnd();
    job.done(reply);
    this.recorder.taskDone(job.chunk.work, job.chunk.queued, sent, reply, arrived);
    if (!this.busy) this.events.free();
  }

  /** Its worker ends by itself, unless a task that it has done keeps it from that. */
  private awaitEnd(): void {
    this.session = "ending";
    this.patience = setTimeout(() => this.stop.abort(), END_WITHIN).unref();
  }

  /** Takes back what the worker will not begin at once. */
  withdraw(): void {
    if (this.batch.length - this.replies < 2) return;
    const kept = this.board.withdraw(this.number, this.replies + 1);
    const left = this.batch.slice(kept);
    this.recorder.tasksBack(left.length);
    this.batch = this.batch.slice(0, kept);
    this.events.returned(left);
  }

  /** A message of the worker's could not be read: that of the task that it has done. */
  unread(error: Error): void {
    const job = this.batch[this.replies] as Job | undefined;
    if (job === undefined) return;
    if (++this.replies === this.batch.length) this.clear();
    this.recorder.taskLost();
    job.failed(notCarried(error));
    if (!this.busy) this.events.free();
  }

  /** What it has to do fails with `reason`. */
  giveUp(reason: unknown): void {
    const jobs = this.batch.slice(this.replies);
    this.clear();
    for (const job of jobs) {
      this.recorder.taskLost();
      job.failed(reason);
    }
  }

  /** Ends the worker, if it has something to do, an initializer included. */
  end(reason: unknown): void {
    if (!this.busy && !this.warming) return;
    this.session = "ending";
    this.giveUp(reason);
    this.stop.abort(reason);
  }

  /** Its worker cannot go on, and is ended. */
  broken(error: Error): void {
    if (this.session !== "open") return;
    this.session = "ending";
    this.lost(error);
    this.stop.abort(error);
  }

  /** The worker is gone. */
  private lost(error: Error): void {
    this.link?.catchUp();
    this.link?.flush();
    if (this.warming) return this.events.notReady(() => whatHappened(error, undefined, -1));
    if (!this.busy) return;
    const item = this.board.itemOf(this.number);
    const begun = this.board.withdraw(this.number, 0);
    // It died of what it did last; if it did nothing, of what it was given. Replies to tasks before may have died with it.
    const at = Math.max(begun - 1, this.replies);
    const victim = this.batch[at];
    const others = this.batch.filter((_, index) => index >= this.replies && index !== at);
    this.clear();
    this.recorder.tasksBack(others.length);
    this.events.returned(others);
    if (begun === this.replies && victim.alone !== true && victim.chunk.moves.length === 0) {
      // It may have been on its way out already: one more try.
      this.recorder.tasksBack(1);
      victim.alone = true;
      return this.events.returned([victim]);
    }
    this.recorder.taskLost();
    victim.failed(whatHappened(error, victim.chunk.work, begun > this.replies ? item : -1));
  }

  private clear(): void {
    if (this.busy) this.board.addBusy(-1);
    this.signal?.removeEventListener("abort", this.onAbort);
    this.signal = undefined;
    this.batch = [];
  }
}
