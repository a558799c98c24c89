/**
 * The crew of a pool: the seats that its workers take, and the line of tasks before them. It knows tasks and replies, not what they mean.
 */
import { beginWork, endWork } from "../ground/activity";
import { availableCpus } from "../ground/cpu";
import type { WorkerDiedError } from "../ground/errors";
import type { WorkerVariables } from "../transport/workerVariables";
import { Pace, fillBatch } from "./batch";
import { Board } from "./board";
import type { Job, JobSource } from "./job";
import { Lifetime } from "./lifetime";
import { Line } from "./line";
import type { WorkerSetup } from "./protocol";
import { Readiness } from "./readiness";
import { Recorder } from "./record";
import { Seat } from "./seat";
import { Staff } from "./staff";
import { onStop, whole } from "../ground/stop";
import type { Interrupted } from "../ground/stop";
import { voiceOfNow } from "./voices";
import { Watch } from "./watch";

/** How long idle workers keep their seats, in milliseconds; meanwhile they keep the program alive. */
const REST_AFTER = 100;
/** How long a worker may be at a batch, in milliseconds, before the tasks that it has not begun are taken back. */
const STUCK_AFTER = 2;

export class Crew {
  readonly recorder: Recorder;
  readonly lifetime = new Lifetime(() => this.endIfIdle());
  private readonly staff: Staff;
  private readonly line = new Line();
  private readonly seats: readonly Seat[];
  private readonly watch: Watch;
  private readonly readiness = new Readiness();
  private readonly forgetStop: () => void;
  private working = false;
  private resting: NodeJS.Timeout | undefined;
  private check: NodeJS.Timeout | undefined;
  private broken: WorkerDiedError | undefined;
  private readonly pace = new Pace();
  /** The next job is refused, because an initializer has failed. */
  private refusal: { error(): unknown } | undefined;
  private warmUpFailed = false;

  /**
   * @param held queues in the setup
   * @param own what the workers have for themselves
   */
  constructor(readonly size: number, private readonly setup: Omit<WorkerSetup, "board" | "voice" | "bundle">, readonly held: readonly object[], readonly own: WorkerVariables | undefined) {
    const board = Board.for(size, availableCpus());
    this.watch = new Watch(board, () => this.seats);
    this.recorder = new Recorder(size);
    this.forgetStop = onStop((error) => this.interruptAll(error));
    this.staff = new Staff(size, { ...setup, board: board.words, voice: voiceOfNow() }, this.recorder, {
      seated: (link, failure) => {
        this.seats[link.seat].seated(link, failure);
        if (this.seats.every(({ wasTaken }) => wasTaken)) this.readiness.reached();
      },
      reply: (link, reply) => {
        this.pace.add(reply.times[3] - reply.times[0]);
        // One that was stopped may still have replied to what nobody waits for.
        const seat = this.seats[link.seat];
        if (seat.link === link) whole(() => seat.reply(reply));
      },
      unread: (link, error) => this.seats.find((seat) => seat.link === link)?.unread(error),
      broken: (link, error) => whole(() => this.seats.find((seat) => seat.link === link)?.broken(error)),
      allGone: (error) => this.giveUp(error),
    });
    this.seats = Array.from({ length: size }, (_, number) => new Seat(number, this.staff, board, this.recorder, {
      free: () => whole(() => this.serve()),
      returned: (jobs) => this.line.putBack(jobs),
      notReady: (error) => this.refuseNext(error),
    }));
    // As Python's, every worker runs its initializer at once.
    if (setup.initializer !== undefined) for (const seat of this.seats) void seat.open(true);
  }

  /** Puts a source of jobs at the end of the line. */
  add(source: JobSource): void {
    if (this.broken !== undefined) return source.gone(this.broken);
    if (this.lifetime.isOver) return source.gone(this.lifetime.reason);
    whole(() => {
      this.line.add(source);
      this.serve();
    });
  }

  /** Tells all workers to forget a function: its call has ended. */
  forget(fn: number): void {
    this.staff.forget(fn);
  }

  /** Stops at once; what waits and what runs fails with PoolClosedError. */
  terminate(): Promise<void> {
    const reason = this.lifetime.terminate();
    this.line.end(reason);
    for (const seat of this.seats) seat.giveUp(reason);
    this.end();
    return this.lifetime.ended;
  }

  /** Resolves when every seat has been taken once, its worker's initializer run. */
  async whenReady(): Promise<void> {
    if (this.broken !== undefined) throw this.broken;
    if (this.lifetime.isOver) throw this.lifetime.reason;
    if (this.seats.every(({ wasTaken }) => wasTaken)) return;
    const ready = this.readiness.wait();
    for (const seat of this.seats) if (seat.empty && !seat.wasTaken) void seat.open(true);
    await ready;
  }

  private get idle(): boolean {
    return this.seats.every(({ busy, warming }) => !busy && !warming) && this.line.waiting(1) === 0;
  }

  /** Gives free workers something to do. */
  private serve(): void {
    if (this.lifetime.isOver) return;
    for (const seat of this.seats) if (seat.age >= STUCK_AFTER) seat.withdraw();
    for (const seat of this.seats) {
      if (!seat.free) continue;
      const batch = this.nextBatch();
      if (batch.length === 0) break;
      this.beBusy();
      seat.give(batch);
      if (batch.length > 1) this.checkLater();
      this.watch.sent(this.pace.mean);
    }
    if (this.line.waiting(1) > 0) this.openSeats();
    this.endIfIdle();
  }

  private openSeats(): void {
    let wanted = this.line.waiting(this.size) - this.seats.filter(({ opening }) => opening).length;
    for (const seat of this.seats) {
      if (wanted > 0 && seat.empty) {
        wanted--;
        this.beBusy();
        void seat.open();
      }
    }
  }

  /** Sees to it that no task waits for long behind another of its batch while a worker is free. */
  private checkLater(): void {
    this.check ??= setTimeout(() => {
      this.check = undefined;
      if (this.seats.some(({ age }) => age > 0)) this.checkLater();
      whole(() => this.serve());
    }, STUCK_AFTER);
  }

  /** What one worker is given at once. */
  private nextBatch(): Job[] {
    const first = this.next();
    if (first === undefined) return [];
    return this.setup.maxTasks === undefined ? fillBatch(first, this.line, this.pace.mean, this.size) : [first];
  }

  /** The next job of the line that is not refused. */
  private next(): Job | undefined {
    const job = this.line.next();
    if (job === undefined || this.refusal === undefined) return job;
    const { error } = this.refusal;
    this.refusal = undefined;
    job.failed(error());
    return this.next();
  }

  /** If an initializer fails, the next call is told so; later ones try again. */
  private refuseNext(error: () => unknown): void {
    this.readiness.missed(error());
    if (!this.warmUpFailed) this.refusal = { error };
    this.warmUpFailed = true;
  }

  private beBusy(): void {
    if (this.working) return;
    this.working = true;
    beginWork(this.size);
    this.staff.memory.begin();
  }

  private beIdle(): void {
    if (!this.working) return;
    this.working = false;
    endWork(this.size);
    this.staff.memory.end();
  }

  private endIfIdle(): void {
    if (this.lifetime.isOver || !this.idle) return;
    this.beIdle();
    if (this.lifetime.mayEnd) this.end();
    else this.restLater();
  }

  /** Idle workers keep their seats for a moment: whoever takes one anew is slower. */
  private restLater(): void {
    if (this.resting === undefined) this.resting = setTimeout(() => { for (const seat of this.seats) seat.rest(); }, REST_AFTER);
    else this.resting.refresh();
  }

  private end(): void {
    if (this.lifetime.isOver) return;
    this.lifetime.end(this.staff.end());
    this.beIdle();
    clearTimeout(this.resting);
    clearTimeout(this.check);
    this.readiness.missed(this.lifetime.reason);
    this.forgetStop();
  }

  /** Stop was pressed: ends what is under way and what waits, and leaves the crew as if it had just begun. */
  private interruptAll(error: Interrupted): void {
    this.line.end(error);
    this.readiness.missed(error);
    for (const seat of this.seats) seat.end(error);
    this.endIfIdle();
  }

  /** There are no workers any more: nobody must wait for one. */
  private giveUp(error: WorkerDiedError): void {
    this.broken ??= error;
    this.line.end(this.broken);
    this.readiness.missed(this.broken);
    this.endIfIdle();
  }
}
