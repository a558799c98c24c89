/** How a parent answers what its workers and child processes ask of the locks and the like that it has sent them, and what becomes of what they have when they end. */
import type { Wait } from "../base/waiters";
import { goneFromHome, publishedStores, publishedWithId } from "../remote/published";
import { giveBack } from "./home";
import type { Home } from "./home";
import type { SyncAnswer, SyncRequest } from "./messages";

/** One worker or child process. */
export class SyncSession {
  private isClosed = false;
  /** Its waits, by their requests; each keeps what is waited for. */
  private readonly waits = new Map<number, { readonly control: AbortController; readonly object: object }>();
  /** How many units it has of each. */
  private readonly units = new Map<string, number>();

  /** @param thread its number, if it is a thread */
  constructor(
    private readonly send: (answer: SyncAnswer) => void,
    private readonly thread?: number,
  ) {}

  handle(message: SyncRequest): void {
    if (message.verb === "cancel") return this.waits.get(message.wait)?.control.abort();
    const found = publishedWithId<Home>(message.id);
    if (message.verb === "act") {
      if (message.action === "release") this.count(message.id, -1);
      // Nobody can wait for what no longer exists.
      return found?.store.act(message.action, message.died);
    }
    const { request } = message;
    if (found === undefined) return this.fail(request, new Error(goneFromHome("lock, semaphore, event or barrier")));
    if (message.verb === "look") return void this.look(request, found.store);
    const control = new AbortController();
    this.waits.set(request, { control, object: found.object });
    void this.wait(request, message.id, found.store, { timeout: message.timeout, signal: control.signal });
  }

  /** It has ended: what it waited for is dropped, and what it had goes to whoever waits next. */
  closed(): void {
    this.isClosed = true;
    for (const { control } of this.waits.values()) control.abort(new Error("The one who waited is gone."));
    for (const [id, count] of this.units) {
      const home = publishedWithId<Home>(id)?.store;
      for (let unit = 0; unit < count; unit++) home?.act("release", true);
    }
    this.units.clear();
    if (this.thread === undefined) return;
    for (const store of publishedStores()) (store as Partial<Home>).threadEnded?.(this.thread);
  }

  private async wait(request: number, id: string, home: Home, how: Wait): Promise<void> {
    let isGiven = false;
    const given = (value: number): void => {
      isGiven = true;
      this.waits.delete(request);
      if (this.isClosed) return giveBack(home, value);
      if (home.givesUnits) this.count(id, 1);
      this.send({ is: "synced", request, value });
    };
    try {
      await home.wait({ ...how, isRemote: true, given }).then((value) => {
        if (!isGiven) given(value);
      });
    } catch (error) {
      this.fail(request, error as Error);
    } finally {
      this.waits.delete(request);
    }
  }

  private async look(request: number, { words }: Home): Promise<void> {
    const seen = words instanceof Int32Array ? words : await words.look();
    if (!this.isClosed) this.send({ is: "synced", request, words: [...seen] });
  }

  /** A semaphore may be released by whoever has no unit of it. */
  private count(id: string, more: number): void {
    const count = (this.units.get(id) ?? 0) + more;
    if (count > 0) this.units.set(id, count);
    else this.units.delete(id);
  }

  private fail(request: number, { name, message }: Error): void {
    if (!this.isClosed) this.send({ is: "synced", request, failure: { name, message } });
  }
}
