/** The machines of a pool: those that are there, those that are to come, and those that have to go. */
import { PoolClosedError, TimeoutError } from "../base/errors";
import { uninterrupted } from "../base/interrupt";
import { LONGEST, settledWithin } from "../base/timeout";
import { clearTimeout, setTimeout } from "../base/timers";
import type { Recorder } from "../pool/record/recorder";
import { Deferred } from "../pool/scheduler/deferred";
import type { ScheduledTask } from "../pool/scheduler/executor";
import { LineWriter } from "../remote/markedLines";
import { currentRoute, writeTo } from "../remote/outputRoutes";
import { endedEarly, lostEarly, soon } from "./machineErrors";
import type { ClusterSetup, Launch, MachineSetup } from "./launchers/launcher";
import type { Channel } from "./link/channel";
import { Link } from "./link/link";
import type { FromMachine, Hello, ToMachine } from "./protocol";
import { RemoteMachine, type MachineEvents } from "./remoteMachine";
import { whyRefused } from "./version";
import { WaitedFor } from "./waitedFor";
import { WorkerNumbers } from "./workerNumbers";

/** How long machines may take to end in an orderly way, in milliseconds. */
const LEAVE_WITHIN = 2000;
const FINALIZE_WITHIN = 7000;
/** So many machines in a row that are lost before they are ready, and no other takes their place. */
const MOST_LOST = 3;

export interface MembersEvents extends MachineEvents {
  lost(machine: RemoteMachine, why: string, exitCode: Promise<number | null>): void;
  /** There is none, and none comes. */
  nobodyCame(error: Error): void;
}

export class Members {
  /** Those that are there. */
  readonly there: RemoteMachine[] = [];
  private readonly links = new Set<Link<FromMachine, ToMachine>>();
  private readonly launch: Launch;
  /** Those that were started and have not come. */
  private readonly coming = new Set<string>();
  private wanted: number;
  private started = 0;
  private lostEarly = 0;
  private lastRefusal = "";
  private timer: NodeJS.Timeout | undefined;
  private isOver = false;
  /** As many as are wanted. */
  readonly scaling = new WaitedFor();
  private readonly gone = new Set<Promise<void>>();
  private readonly numbers: WorkerNumbers;
  private readonly route = currentRoute();
  private readonly lines = new LineWriter("stderr");

  constructor(
    private readonly setup: ClusterSetup,
    private readonly workerSetup: MachineSetup,
    private readonly recorder: Recorder,
    private readonly events: MembersEvents,
  ) {
    this.numbers = new WorkerNumbers(recorder);
    this.wanted = setup.starter.machines ?? 0;
    this.launch = setup.starter.open(
      {
        connected: (channel) => uninterrupted(() => this.connect(channel)),
        // Of those that do not come, the error will tell.
        said: (name, text) => {
          if (!this.coming.has(name)) this.lines.write(text, writeTo, `[${name}] `);
        },
        ended: (name) => uninterrupted(() => this.ended(name)),
        failed: (error) => {
          this.coming.clear();
          this.tell(error);
        },
      },
      setup.server,
    );
    this.startMissing();
  }

  /** How many workers there are, or will be. */
  get workers(): number {
    const there = this.there.reduce((sum, { workers }) => sum + workers, 0);
    return Math.max(1, there + this.coming.size * this.setup.starter.workers);
  }

  private get staying(): number {
    return this.there.filter(({ isRetiring }) => !isRetiring).length;
  }

  /** Those that take tasks. */
  get usable(): RemoteMachine[] {
    return this.there.filter((machine) => machine.isReady && !machine.isRetiring);
  }

  /** Is somebody waiting for machines? Then those that are missing are started again, and come within the pool's `timeout`, or are given up. */
  expect(isWaiting: boolean): void {
    if (!isWaiting || this.there.length > 0 || this.isOver) {
      clearTimeout(this.timer);
      this.timer = undefined;
      return;
    }
    this.startMissing();
    this.timer ??= setTimeout(
      () => {
        this.timer = undefined;
        void this.giveUp(
          (report) => new TimeoutError(`No machine came within ${this.setup.timeout / 1000} s. ${report}`),
        );
      },
      Math.min(LONGEST, this.setup.timeout),
    ).unref();
  }

  scale(machines: number): Promise<void> {
    this.wanted = machines;
    this.lostEarly = 0;
    this.startMissing();
    const scaled = this.scaling.promise();
    this.lookAtScale();
    return scaled;
  }

  /** Those that are too many end when they have nothing to do; returns what they had not begun. */
  retire(): ScheduledTask[] {
    const tooMany = this.usable.length - this.wanted;
    const back: ScheduledTask[] = [];
    if (this.setup.starter.machines !== undefined)
      for (const machine of [...this.usable].sort((one, two) => one.count - two.count).slice(0, Math.max(0, tooMany))) {
        machine.isRetiring = true;
        back.push(...machine.reclaimAll());
      }
    for (const machine of this.there) if (machine.isRetiring && machine.count === 0) machine.end();
    this.lookAtScale();
    return back;
  }

  /** Ends all; resolves when they are gone. */
  async end(orderly: boolean): Promise<void> {
    this.isOver = true;
    clearTimeout(this.timer);
    this.scaling.reject(new PoolClosedError("The pool was closed before so many machines were there."));
    if (orderly) {
      for (const machine of this.there) machine.end();
      await settledWithin(this.workerSetup.hasFinalizer ? FINALIZE_WITHIN : LEAVE_WITHIN, Promise.all(this.gone));
    }
    for (const link of this.links) link.close();
    await this.launch.end();
  }

  private lookAtScale(): void {
    // Somebody else's machines stay, however many are wanted.
    const areTooMany = this.setup.starter.machines !== undefined && this.there.length > this.wanted;
    if (!areTooMany && this.usable.length >= this.wanted) this.scaling.resolve();
  }

  private startMissing(): void {
    if (this.isOver || this.lostEarly >= MOST_LOST) return;
    const { starter } = this.setup;
    const { machines } = starter;
    const missing = machines === undefined ? 0 : Math.max(0, this.wanted - this.staying - this.coming.size);
    const names = Array.from({ length: missing }, () => starter.nameOf(++this.started));
    for (const name of names) this.coming.add(name);
    if (missing > 0 || machines === undefined) this.launch.start(names);
  }

  private connect(channel: Channel): void {
    const link = new Link<FromMachine, ToMachine>(channel, this.launch.key, "pool");
    this.links.add(link);
    let machine: RemoteMachine | undefined;
    const left = new Deferred<void>();
    this.gone.add(left.promise());
    link.open({
      message: (message, bodies) =>
        uninterrupted(() => {
          if (machine !== undefined && message.is !== "hello") machine.handle(message, bodies);
          else if (message.is === "hello") machine = this.welcome(link, message);
        }),
      closed: (why) =>
        uninterrupted(() => {
          this.links.delete(link);
          this.gone.delete(left.promise());
          left.resolve();
          if (machine !== undefined) this.lose(machine, why);
        }),
    });
  }

  private welcome(link: Link<FromMachine, ToMachine>, hello: Hello): RemoteMachine | undefined {
    const refusal = whyRefused(hello);
    if (refusal !== undefined) {
      this.lastRefusal = refusal;
      link.send({ is: "refused", why: refusal });
      return undefined;
    }
    this.coming.delete(hello.name);
    const name = this.there.some((other) => other.name === hello.name) ? `${hello.name}-${hello.pid}` : hello.name;
    const machine = new RemoteMachine(link, hello, name, this.numbers.take(name, hello.workers), this.recorder, {
      ...this.events,
      ready: (it) => {
        this.lostEarly = 0;
        this.numbers.started(it);
        this.events.ready(it);
      },
    });
    const { initializer, ...rest } = this.workerSetup;
    const setup = { ...rest, machine: name, route: this.route };
    link.send({ is: "welcome", setup }, initializer === undefined ? [] : [initializer.bytes]);
    this.there.push(machine);
    this.expect(false);
    this.lookAtMissing();
    return machine;
  }

  private lose(machine: RemoteMachine, why: string): void {
    this.there.splice(this.there.indexOf(machine), 1);
    this.numbers.giveBack(machine, !machine.isRetiring);
    if (!machine.isReady) this.lostEarly++;
    const exitCode = soon(this.launch.exitCodeOf(machine.name));
    this.events.lost(machine, why, exitCode);
    this.startMissing();
    this.lookAtScale();
    if (this.lostEarly >= MOST_LOST)
      void exitCode.then((code) => this.giveUp((report) => lostEarly(MOST_LOST, report, code)));
  }

  /** One that has not come will not come. */
  private ended(name: string): void {
    if (this.coming.delete(name) && !this.isOver) this.lookAtMissing();
  }

  /** Those that were started have come or ended, and are not as many as are wanted: no others come by themselves. */
  private lookAtMissing(): void {
    if (this.setup.starter.machines !== undefined && this.coming.size === 0 && this.staying < this.wanted)
      void this.giveUp((report) => endedEarly(this.there.length === 0, report));
  }

  private async giveUp(errorOf: (report: string) => Error): Promise<void> {
    if (this.there.length > 0 && !this.scaling.isAwaited) return;
    const report = await this.launch.report();
    this.tell(errorOf([this.lastRefusal, report].filter((text) => text !== "").join(" ")));
  }

  private tell(error: Error): void {
    // Of those that were too late one may have come by now.
    if (this.isOver || (this.there.length > 0 && error instanceof TimeoutError)) return;
    this.scaling.reject(error);
    if (this.there.length > 0) return this.events.free();
    this.lostEarly = 0;
    this.events.nobodyCame(error);
  }
}
