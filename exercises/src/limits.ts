/** The learner's own code is called through here: it may throw, never end, or never answer. */
import { setTimeout } from "node:timers";
import { inspect } from "node:util";
import { Script } from "node:vm";
import { NotYet } from "./exercise";

const CALL = Symbol.for("parallel-typescript-exercises.call");
const script = new Script(`globalThis[Symbol.for("parallel-typescript-exercises.call")]()`);

/** Calls `work`, and waits for what it promises; NotYet when it throws, or takes longer than so many seconds. */
export async function settled(work: () => unknown, seconds: number): Promise<unknown> {
  const place = globalThis as { [CALL]?: (() => unknown) | undefined };
  let promise: unknown;
  place[CALL] = work;
  try {
    // Only a script has a limit that ends a loop which waits for nothing.
    promise = script.runInThisContext({ timeout: seconds * 1000 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw notYetFor(error);
    throw new NotYet(
      `an answer within ${inSeconds(seconds)}`,
      "your function did not end. Is there a loop in it that never ends?",
    );
  } finally {
    place[CALL] = undefined;
  }
  return answerWithin(promise, seconds);
}

async function answerWithin(promise: unknown, seconds: number): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const why = "the promise was never settled. Is something awaited that never comes, or does a task never end?";
    timer = setTimeout(() => reject(new NotYet(`an answer within ${inSeconds(seconds)}`, why)), seconds * 1000);
  });
  try {
    return await Promise.race([promise, late]);
  } catch (error) {
    throw notYetFor(error);
  } finally {
    clearTimeout(timer);
  }
}

function notYetFor(error: unknown): NotYet {
  if (error instanceof NotYet) return error;
  const what = error instanceof Error ? `${error.name}: ${error.message}` : inspect(error);
  return new NotYet("an answer", `an error was thrown: ${what}`);
}

const inSeconds = (seconds: number) => (seconds === 1 ? "1 second" : `${seconds} seconds`);

/** A value as a learner reads it: short, on one line. */
export function shown(value: unknown): string {
  const options = { depth: 2, maxArrayLength: 6, maxStringLength: 60, breakLength: Infinity, compact: true };
  const text = inspect(value, options);
  return text.length > 160 ? `${text.slice(0, 157)}...` : text;
}
