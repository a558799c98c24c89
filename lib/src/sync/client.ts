/** A lock or the like that was made in another thread or process. Everything is asked of the parent, who has it or asks its own parent; session.ts answers. */
import { BrokenBarrierError, TimeoutError } from "../base/errors";
import type { Wait } from "../base/waiters";
import { askParent, blockUntil, tellParent } from "../remote/parent";
import { giveBack } from "./home";
import type { Home, WordsElsewhere } from "./home";
import type { Action, SyncAnswer, SyncRequest } from "./messages";

export class RemoteHome implements Home {
  readonly words: Int32Array | WordsElsewhere;
  /** How many units the parent has given, those that are in the hands of this one's own children included. */
  unitsHere = 0;
  /** Who blocks this thread: it gets the first unit that comes, for nobody else here can go on before. */
  private blocked: { deliver: (answer: SyncAnswer) => void } | undefined;

  /** @param words undefined where memory is not shared */
  constructor(
    private readonly id: string,
    readonly givesUnits: boolean,
    words: Int32Array | undefined,
  ) {
    this.words = words ?? {
      look: () => new Promise((resolve) => this.ask("look", (answer) => resolve(answer.words ?? []))),
      lookSync: () => this.askSync("look").words ?? [],
    };
  }

  wait(how: Wait): Promise<number> {
    const { timeout, signal } = how;
    return new Promise((resolve, reject) => {
      let request = 0;
      const abort = (): void => {
        reject(signal?.reason as Error);
        tellParent({ is: "sync", verb: "cancel", wait: request } satisfies SyncRequest);
      };
      const settle = (answer: SyncAnswer): void => {
        signal?.removeEventListener("abort", abort);
        const { value } = answer;
        if (value === undefined) return reject(errorOf(answer));
        if (signal?.aborted === true) return giveBack(this, value);
        resolve(value);
      };
      const answered = (answer: SyncAnswer): void => {
        const { blocked } = this;
        if (blocked === undefined || answer.value === undefined || !this.givesUnits) return settle(answer);
        // What was to come for the other comes for this one. If time is up for the other, this one asks anew.
        const { deliver } = blocked;
        blocked.deliver = (late) => (late.value === undefined ? ask() : settle(late));
        this.blocked = undefined;
        deliver(answer);
      };
      const ask = (): void => {
        request = this.ask("wait", answered, timeout);
      };
      signal?.addEventListener("abort", abort);
      ask();
    });
  }

  waitSync(timeout: number | undefined): number {
    const answer = this.askSync("wait", timeout);
    if (answer.value === undefined) throw errorOf(answer);
    return answer.value;
  }

  act(action: Action, died = false): void {
    if (action === "release" && this.unitsHere > 0) this.unitsHere--;
    tellParent({ is: "sync", verb: "act", id: this.id, action, died } satisfies SyncRequest);
  }

  private ask(verb: "wait" | "look", answered: (answer: SyncAnswer) => void, timeout?: number): number {
    return askParent({ is: "sync", verb, id: this.id, timeout }, (answer: SyncAnswer) => {
      if (this.givesUnits && answer.value !== undefined) this.unitsHere++;
      answered(answer);
    });
  }

  private askSync(verb: "wait" | "look", timeout?: number): SyncAnswer {
    let came: SyncAnswer | undefined;
    const blocked = {
      deliver: (answer: SyncAnswer): void => {
        came = answer;
      },
    };
    if (verb === "wait") this.blocked = blocked;
    this.ask(verb, (answer) => blocked.deliver(answer), timeout);
    blockUntil(() => came !== undefined);
    this.blocked = undefined;
    return came as unknown as SyncAnswer;
  }
}

function errorOf({ failure }: SyncAnswer): Error {
  const kinds = { TimeoutError, BrokenBarrierError };
  const Kind = Object.hasOwn(kinds, failure?.name ?? "") ? kinds[failure?.name as keyof typeof kinds] : Error;
  return new Kind(failure?.message);
}
