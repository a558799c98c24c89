/** What several may wait for, until it is there or cannot come; and then again. */
import { Deferred } from "../pool/scheduler/deferred";

export class WaitedFor {
  private waiting: Deferred<void> | undefined;

  /** Does somebody wait? */
  get isAwaited(): boolean {
    return this.waiting !== undefined;
  }

  promise(): Promise<void> {
    return (this.waiting ??= new Deferred()).promise();
  }

  resolve(): void {
    this.waiting?.resolve();
    this.waiting = undefined;
  }

  reject(error: unknown): void {
    this.waiting?.reject(error);
    this.waiting = undefined;
  }
}
