/**
 * A machine at work for one pool: its tasks come as bytes, and are run by the scheduler and the worker threads that a Pool has. This thread runs nothing of
 * the user's, so it answers however busy the workers are.
 */
import { types } from "node:util";
import { clock } from "../../base/clock";
import type { Payload } from "../../pool/protocol/messages";
import { Scheduler } from "../../pool/scheduler/scheduler";
import { routeOf, setPrinter, setProgramPrint } from "../../remote/outputRoutes";
import type { OutputRoute } from "../../remote/outputRoutes";
import type { Link } from "../link/link";
import type { FromMachine, ToMachine } from "../protocol";
import { toSentError } from "../machineErrors";
import { RelayedTask } from "./relayedTask";
import type { RelayEvents } from "./relayedTask";

export interface Counts {
  readonly tasks: number;
  readonly busy: number;
}

export class Session {
  private scheduler: Scheduler | undefined;
  private readonly functions = new Map<number, Payload>();
  /** What waits for a worker, in the order in which it came. */
  private readonly waiting: RelayedTask[] = [];
  /** What the pool was told of as begun. */
  private readonly begun = new Map<number, RelayedTask>();
  private readonly events: RelayEvents = {
    send: (message, bodies) => this.link.send(message, bodies),
    over: (task) => {
      this.begun.delete(task.name);
      this.begin();
    },
  };
  private readonly routes = new Map<OutputRoute, OutputRoute>();

  /**
   * @param workers how many worker threads
   * @param ended is called when the pool has ended this session, and its workers are gone
   */
  constructor(
    private readonly link: Link<ToMachine, FromMachine>,
    private readonly workers: number,
    private readonly ended: () => void,
  ) {
    setProgramPrint((stream, text) => link.send({ is: "print", stream, text, route: 0 }));
  }

  get counts(): Counts {
    return { tasks: this.waiting.length + this.begun.size, busy: this.begun.size };
  }

  handle(message: Exclude<ToMachine, { is: "refused" }>, bodies: readonly Buffer[]): void {
    switch (message.is) {
      case "welcome":
        return this.start(message, bodies[0]);
      case "function": {
        const { fn, name, once } = message;
        const bytes = shared(bodies[0] as Buffer);
        this.functions.set(fn, { fn, name, once, code: { bytes, shared: [] } });
        return;
      }
      case "forget":
        this.functions.delete(message.fn);
        return this.scheduler?.forget(message.fn);
      case "task":
        return this.add(message, bodies[0] as Buffer);
      case "go":
        return this.scheduler?.add(message.ids.flatMap((id) => this.begun.get(id) ?? []));
      case "stop":
        for (const id of message.ids) (this.begun.get(id) ?? this.takeWaiting(id))?.stop();
        return;
      case "clock":
        return this.link.send({ is: "clock", asked: message.asked, clock: clock() });
      case "end":
        return void this.end();
    }
  }

  /** Ends the workers at once. */
  async terminate(): Promise<void> {
    await this.scheduler?.terminate();
  }

  private async end(): Promise<void> {
    this.scheduler?.lifetime.close();
    await this.scheduler?.lifetime.join();
    this.ended();
  }

  private start(
    { setup: { route, options, ...setup } }: Extract<ToMachine, { is: "welcome" }>,
    initializer?: Buffer,
  ): void {
    if (route !== 0) setPrinter(() => this.printOf(route));
    const packed = initializer && { bytes: shared(initializer), shared: [] };
    const scheduler = new Scheduler(this.workers, { ...setup, initializer: packed }, [], undefined, options);
    this.scheduler = scheduler;
    scheduler.whenReady().then(
      () => this.link.send({ is: "ready", failure: undefined }),
      (error: unknown) => this.link.send({ is: "ready", failure: toSentError(error) }),
    );
  }

  private add(message: Extract<ToMachine, { is: "task" }>, bytes: Buffer): void {
    const payload = this.functions.get(message.fn) as Payload;
    if (payload.once) this.functions.delete(message.fn);
    this.waiting.push(new RelayedTask(message, bytes, payload, this.routeHere(message.route), this.events));
    this.begin();
  }

  private takeWaiting(id: number): RelayedTask | undefined {
    const at = this.waiting.findIndex(({ name }) => name === id);
    return at < 0 ? undefined : this.waiting.splice(at, 1)[0];
  }

  /** Asks for a task for every worker that has nothing to do: it runs when the pool has said `go`, and so knows that it may have run, should this machine be lost. */
  private begin(): void {
    const tasks = this.waiting.splice(0, this.workers - this.begun.size);
    if (tasks.length === 0) return;
    const ids = tasks.map(({ name }) => name);
    for (const task of tasks) this.begun.set(task.name, task);
    this.link.send({ is: "begun", ids });
  }

  /** The route here by which output goes to the pool by that route of the pool's. */
  private routeHere(route: OutputRoute): OutputRoute {
    if (route === 0) return 0;
    const known = this.routes.get(route) ?? routeOf(this.printOf(route));
    this.routes.set(route, known);
    return known;
  }

  private printOf(route: OutputRoute) {
    return (stream: "stdout" | "stderr", text: string): void => this.link.send({ is: "print", stream, text, route });
  }
}

/** The bytes where several workers can read them. */
function shared(bytes: Buffer): Uint8Array {
  if (types.isSharedArrayBuffer(bytes.buffer)) return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.byteLength));
  copy.set(bytes);
  return copy;
}
