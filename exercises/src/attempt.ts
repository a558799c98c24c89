/** One answer to an exercise, and what its check asks of it. */
import { types } from "node:util";
import type * as mp from "parallel-typescript";
import { NotYet } from "./exercise";
import { settled, shown } from "./limits";
import { watched, watchedOnMachines, type Seen } from "./watchedPool";

export interface AttemptOptions {
  /** How many workers the pool has in which the answer is tried; at least 2. */
  readonly workers: number;
  /** How long the answer may take. */
  readonly seconds: number;
}

type Work = (...args: any[]) => unknown;

export class Attempt {
  /** What is right about it. */
  readonly right: string[] = [];

  constructor(
    private readonly answer: unknown,
    private readonly options: AttemptOptions,
  ) {}

  get workers(): number {
    return this.options.workers;
  }

  /** Notes what is right ("" for what goes without saying), or ends the check with what was expected and what came. */
  must(isRight: boolean, right: string, expected: string, came: string): void {
    if (!isRight) throw new NotYet(expected, came);
    if (right !== "") this.right.push(right);
  }

  /** The answer, for which the learner may also have written a promise of it. */
  async value(): Promise<unknown> {
    const { answer } = this;
    if (typeof answer === "function")
      throw new NotYet("a value", `${shown(answer)}. Call your function, and check what it returns`);
    return this.some(await settled(() => answer, this.options.seconds), "an answer");
  }

  /** What the learner's function returns. */
  async call(...args: unknown[]): Promise<unknown> {
    const work = this.work();
    return this.some(await settled(() => work(...args), this.options.seconds), "a result of your function");
  }

  /** What comes of a step that runs the learner's code, too. */
  async within<T>(work: () => Promise<T>): Promise<T> {
    return (await settled(work, this.options.seconds)) as T;
  }

  /** The same, of a function that gets a pool first; and what was seen of that pool. */
  async run(...args: unknown[]): Promise<Seen> {
    return this.withResult(await this.runOn(this.workers, () => args));
  }

  /**
   * The same, with so many workers, and arguments that know the pool, of a function that need not return anything. `returned` is called when the answer is there, or
   * none comes.
   */
  async runOn(workers: number, args: (pool: mp.Pool) => unknown[], returned?: () => void): Promise<Seen> {
    const work = this.work();
    const call = (pool: mp.Pool) => settled(() => work(pool, ...args(pool)), this.options.seconds).finally(returned);
    return watched(workers, call);
  }

  /** What was seen of a function that has to return something. */
  withResult(seen: Seen): Seen {
    this.some(seen.answer, "a result of your function");
    return seen;
  }

  /** The same as `run`, with a ClusterPool of two machines. */
  async runOnCluster(...args: unknown[]): Promise<Seen> {
    const work = this.work();
    return this.withResult(await watchedOnMachines((pool) => settled(() => work(pool, ...args), this.options.seconds)));
  }

  /**
   * That workers did it, and two of them at the same time.
   *
   * @param items how many items they have to get at least: 1 where learners may cut the work as they like
   */
  mustBeParallel(seen: Seen, items: number, what: string): void {
    this.mustBeInWorkers(seen, items, what);
    this.must(
      seen.together,
      `${seen.workers} workers were at work, at the same time`,
      "two workers at work at the same time",
      seen.messages === 1
        ? "a single message took everything to one worker"
        : `${counted(seen.messages, "message")}, and never two of them under way at the same time. Is each waited for before the next is sent?`,
    );
  }

  mustBeInWorkers({ items: done }: Seen, items: number, what: string): void {
    this.must(
      done >= items,
      `workers computed ${what}`,
      `workers that compute ${what}`,
      done === 0
        ? "the pool was not used: all of it was computed in the notebook"
        : `the pool got ${counted(done, "item")} of ${items}`,
    );
  }

  private work(): Work {
    const { answer } = this;
    if (typeof answer === "function") return answer as Work;
    this.some(answer, "a function");
    throw new NotYet("a function, which the check calls", shown(answer));
  }

  private some(answer: unknown, expected: string): unknown {
    if (answer === undefined) throw new NotYet(expected, "undefined, which is nothing. Is a `return` missing?");
    if (Array.isArray(answer) && answer.some((item) => types.isPromise(item)))
      throw new NotYet(expected, "a list of promises. Is `await Promise.all(...)` around it missing?");
    return answer;
  }
}

/** "1 item", "2 items". */
export const counted = (count: number, what: string) =>
  `${count.toLocaleString("en")} ${what}${count === 1 ? "" : "s"}`;
