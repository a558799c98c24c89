import { Process } from "parallel-typescript";
import type { Attempt } from "../attempt";
import type { Exercise } from "../exercise";
import { shown } from "../limits";
import { watchProcesses } from "../processes";

export const forgotten: Exercise = {
  id: "1.4",
  title: "Somebody forgot to end it",
  minutes: 6,
  task: "A process sleeps for an hour. Start it. Wait for it for 200 ms at most: it is still alive then. End it, **wait until it has ended**, and return it. Print its exit code, if you like.",
  start: `import { setTimeout as sleep } from "node:timers/promises";

// Exercise 1.4: write the lines that are missing.
await check("1.4", async () => {
  const sleeper = new mp.Process({ target: () => sleep(3_600_000), name: "sleeper" });

  return sleeper;
});`,
  hints: [
    "`start`, `join` with a `timeout`, `terminate`. `terminate` asks the process to end; has it ended then?",
    "After `sleeper.terminate()` comes `await sleeper.join()` once more: it waits until the process has ended.",
  ],
  solution: `import { setTimeout as sleep } from "node:timers/promises";

await check("1.4", async () => {
  const sleeper = new mp.Process({ target: () => sleep(3_600_000), name: "sleeper" });
  sleeper.start();
  await sleeper.join({ timeout: 200 });
  sleeper.terminate();
  await sleeper.join();
  console.log("exit code:", sleeper.exitCode); // signal 15 ended it
  return sleeper;
});`,
  mistakes: [
    {
      what: "The process is left alone after 200 ms.",
      code: `import { setTimeout as sleep } from "node:timers/promises";

await check("1.4", async () => {
  const sleeper = new mp.Process({ target: () => sleep(3_600_000), name: "sleeper" });
  sleeper.start();
  await sleeper.join({ timeout: 200 });
  return sleeper;
});`,
      says: "nobody has told it to end",
    },
    {
      what: "`terminate` is taken for the end: it only asks for it.",
      code: `import { setTimeout as sleep } from "node:timers/promises";

await check("1.4", async () => {
  const sleeper = new mp.Process({ target: () => sleep(3_600_000), name: "sleeper" });
  sleeper.start();
  await sleeper.join({ timeout: 200 });
  sleeper.terminate();
  return sleeper;
});`,
      says: "was still alive when you returned it",
    },
    {
      what: "`kill` leaves the process no time to tidy up.",
      code: `import { setTimeout as sleep } from "node:timers/promises";

await check("1.4", async () => {
  const sleeper = new mp.Process({ target: () => sleep(3_600_000), name: "sleeper" });
  sleeper.start();
  await sleeper.join({ timeout: 200 });
  sleeper.kill();
  await sleeper.join();
  return sleeper;
});`,
      says: "signal 9",
    },
  ],
  async check(attempt) {
    await watchProcesses(async () => lookAt(attempt, await attempt.call()));
  },
};

async function lookAt(attempt: Attempt, answer: unknown): Promise<void> {
  if (!(answer instanceof Process)) {
    attempt.must(false, "", "the Process", shown(answer));
    return;
  }
  attempt.must(answer.pid !== undefined, "it was started", "a process that was started", "one that is only a plan");
  const wasAlive = answer.isAlive();
  // One that was told to end does so soon, on a busy machine too.
  if (wasAlive) await answer.join({ timeout: 3_000 });
  const came = answer.isAlive()
    ? "it sleeps on: nobody has told it to end"
    : "it was still alive when you returned it. It was told to end, but not waited for";
  attempt.must(!wasAlive, "it has ended", "a process that has ended", came);
  const { exitCode } = answer;
  const signal = exitCode !== null && exitCode < 0 ? `signal ${-exitCode}` : `exit code ${exitCode}`;
  attempt.must(exitCode === -15, "signal 15 ended it", "an end by signal 15, which terminate() sends", signal);
}
