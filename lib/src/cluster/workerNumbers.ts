/** The numbers of the workers of all machines, by which the record of a pool knows them: those of a machine follow each other. */
import { clock } from "../base/clock";
import type { Recorder } from "../pool/record/recorder";

interface Place {
  /** Of the first worker. */
  readonly number: number;
  readonly workers: number;
}

export class WorkerNumbers {
  /** Of machines that are gone; others take their places. */
  private readonly free: Place[] = [];
  private last = 0;

  constructor(private readonly recorder: Recorder) {}

  /** The number of the first worker of a machine that has come. */
  take(name: string, workers: number): number {
    const at = this.free.findIndex((place) => place.workers === workers);
    const number = this.free.splice(at < 0 ? this.free.length : at, 1)[0]?.number ?? this.last + 1;
    this.last = Math.max(this.last, number + workers - 1);
    const names = Array.from({ length: workers }, (_, index) => `${name} worker ${index + 1}`);
    this.recorder.addWorkers(number, names);
    this.recorder.statistics.addWorkers(workers);
    return number;
  }

  started({ number, workers }: Place): void {
    for (let at = 0; at < workers; at++) this.recorder.workerStarted(number + at, clock());
  }

  giveBack({ number, workers }: Place, hasDied: boolean): void {
    this.free.push({ number, workers });
    this.recorder.statistics.addWorkers(-workers);
    if (hasDied) this.recorder.statistics.workersDied(workers);
    for (let at = 0; at < workers; at++) this.recorder.workerAsked(number + at);
  }
}
