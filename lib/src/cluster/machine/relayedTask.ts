/** A task of a pool on another machine: its items came as bytes, and what becomes of it goes back as bytes. Nothing of it is decoded in this thread. */
import { clock } from "../../base/clock";
import { SerializationError } from "../../base/errors";
import { isFailure } from "../../pool/protocol/messages";
import type { Payload, Reply, SentItems } from "../../pool/protocol/messages";
import type { ScheduledTask } from "../../pool/scheduler/executor";
import { toSentError } from "../machineErrors";
import { fromBytes, toBytes } from "../carry";
import type { FromMachine, ToMachine } from "../protocol";

type Sent = Extract<ToMachine, { is: "task" }>;

export interface RelayEvents {
  send(message: FromMachine, bodies?: readonly Uint8Array[]): void;
  /** It has ended, and leaves its worker. */
  over(task: RelayedTask): void;
}

export class RelayedTask implements ScheduledTask {
  readonly receiver: { isOver: boolean } = { isOver: false };
  readonly call: ScheduledTask["call"];
  readonly items: SentItems;
  readonly count: number;
  readonly spread: boolean;
  readonly first: number | undefined;
  readonly timeout: number | undefined;
  readonly moves: ArrayBuffer[] = [];
  readonly isSmall = false;
  readonly packing = 0;
  readonly queued = clock();
  id = 0;
  sent = 0;
  timer: NodeJS.Timeout | undefined;
  alone = false;
  isOutside = false;
  wasNotBegun = false;
  next: ScheduledTask | undefined;
  private slot: ScheduledTask["worker"];
  private number = 0;
  /** By which the pool knows it. */
  readonly name: number;

  constructor(
    sent: Sent,
    bytes: Uint8Array,
    payload: Payload,
    route: number,
    private readonly events: RelayEvents,
  ) {
    this.name = sent.id;
    this.call = { id: 0, fn: { payload }, route };
    this.items = fromBytes(sent.form, bytes, true);
    this.count = sent.count;
    this.spread = sent.spread;
    this.first = sent.first;
    this.timeout = sent.timeout;
  }

  get worker(): ScheduledTask["worker"] {
    return this.slot;
  }

  set worker(slot: ScheduledTask["worker"]) {
    this.slot = slot;
    if (slot !== undefined) this.number = slot.number;
  }

  /** Its items are bytes already. */
  fixItems(): void {}

  replied({ times, outcome: result }: Reply): void {
    if (this.receiver.isOver) return;
    const reply = { is: "replied", id: this.name, worker: this.number, times } as const;
    if (isFailure(result)) this.events.send({ ...reply, outcome: { failure: result.failure } });
    else {
      try {
        const { form, bytes } = toBytes(result === "in place" ? this.items : result);
        this.events.send({ ...reply, outcome: form }, [bytes]);
      } catch (error) {
        const why = `The result cannot travel to another machine: ${(error as Error).message}`;
        return this.failed(new SerializationError(why));
      }
    }
    this.end();
  }

  failed(error: unknown): void {
    if (this.receiver.isOver) return;
    this.events.send({ is: "failed", id: this.name, error: toSentError(error) });
    this.end();
  }

  /** Nobody waits for it any more: a worker that has begun it is ended. */
  stop(): void {
    if (this.receiver.isOver) return;
    this.end();
    this.slot?.stop(this, undefined);
  }

  private end(): void {
    this.receiver.isOver = true;
    this.events.over(this);
  }
}
