/** What runs in a Process: it is told a function and its arguments, calls it, and ends when the function and what it left behind have ended. */
import "../base/runtime";
import { decode } from "../serialize/decode/decode";
import { unpack } from "../serialize/message/bytes";
import { errorText, learnMaps } from "../pool/worker/lazyRequire";
import type { FromChild, ToChild } from "../pool/protocol/messages";
import { answerArrived, connectUpwards, isWaiting } from "../queue/client";

const channel = process.channel as unknown as { ref(): void; unref(): void };

connectUpwards({
  send: (message: FromChild) => void process.send?.(message),
  hold: () => channel.ref(),
  release: () => channel.unref(),
});
process.send?.({ is: "here" } satisfies FromChild);
process.on("disconnect", () => process.exit(1));
process.on("message", (message: ToChild) => {
  switch (message.is) {
    case "run":
      return void run(message);
    case "answer":
    case "size":
      return answerArrived(message);
  }
});

async function run({ bytes, name, maps }: Extract<ToChild, { is: "run" }>): Promise<void> {
  const fail = (error: unknown): void => {
    console.error(`${name} failed:\n${errorText(error)}`);
    process.exitCode = 1;
    // Messages keep their order: when this one is out, so is everything that was put before the error.
    process.send?.({ is: "over" } satisfies FromChild, () => process.exit(1));
  };
  process.on("uncaughtException", fail);
  if (maps.size > 0) learnMaps(maps);
  try {
    const { value } = await decode(unpack({ bytes, shared: [] }), { evaluate: true });
    const [target, ...args] = value as [(...args: unknown[]) => unknown, ...unknown[]];
    // From here on only what the target does keeps this process alive.
    if (!isWaiting()) channel.unref();
    await target(...args);
  } catch (error) {
    fail(error);
  }
}
