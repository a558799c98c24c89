import { Queue } from "parallel-typescript";
import { counted } from "../attempt";
import type { Exercise } from "../exercise";
import { shown } from "../limits";
import { watchProcesses } from "../processes";

const PARTS = 3;

export const sumOfParts: Exercise = {
  id: "1.5",
  title: "Write it yourself: a sum from processes",
  minutes: 10,
  task: 'Write a function. It gets `work` and a number of `parts`. `work(part)` computes a number for each part: 0, 1, ... Run **each part in a process of its own, all at the same time**, and return the sum of their numbers. The section "Work that is worth a process" did the same with darts.',
  start: `// Exercise 1.5: write it yourself.
await check("1.5", async (work: (part: number) => number, parts: number) => {

});`,
  hints: [
    "You need a queue, a list of processes that put `work(part)` into it, and three loops: start all, get all, join all.",
    "`const target = (part: number) => output.put(work(part));` and `mp.range(parts).map((part) => new mp.Process({ target, args: [part] }))`. Then start all of them before you wait for the first.",
  ],
  solution: `await check("1.5", async (work: (part: number) => number, parts: number) => {
  const output = new mp.Queue<number>();
  const target = (part: number) => output.put(work(part));
  const processes = mp.range(parts).map((part) => new mp.Process({ target, args: [part] }));

  for (const p of processes) p.start();
  let sum = 0;
  for (const p of processes) sum += await output.get();
  for (const p of processes) await p.join();
  return sum;
});`,
  mistakes: [
    {
      what: "Each process is waited for before the next is started: a serial program.",
      code: `await check("1.5", async (work: (part: number) => number, parts: number) => {
  const output = new mp.Queue<number>();
  let sum = 0;
  for (const part of mp.range(parts)) {
    const p = new mp.Process({ target: () => output.put(work(part)) });
    p.start();
    sum += await output.get();
    await p.join();
  }
  return sum;
});`,
      says: "never two at the same time",
    },
    {
      what: "The processes add to a variable of the notebook: each has its own copy.",
      code: `await check("1.5", async (work: (part: number) => number, parts: number) => {
  let sum = 0;
  const target = (part: number) => { sum += work(part); };
  const processes = mp.range(parts).map((part) => new mp.Process({ target, args: [part] }));

  for (const p of processes) p.start();
  for (const p of processes) await p.join();
  return sum;
});`,
      says: "each process has its own copy",
    },
    {
      what: "The loop runs in the notebook.",
      code: `await check("1.5", async (work: (part: number) => number, parts: number) => {
  return mp.range(parts).map((part) => work(part)).reduce((a, b) => a + b);
});`,
      says: "computed in the notebook",
    },
  ],
  async check(attempt) {
    // In the order of each process; those of a process are there before what it puts later.
    const log = new Queue<{ pid: number; part: number }>();
    const work = (part: number) => {
      void log.put({ pid: process.pid, part });
      return (part + 3) ** 2;
    };
    const { answer, started, together } = await watchProcesses(() => attempt.call(work, PARTS));
    const calls: { pid: number; part: number }[] = [];
    while (!log.empty()) calls.push(await log.get());
    const parts = new Set(calls.map(({ part }) => part));
    const here = calls.filter(({ pid }) => pid === process.pid).length;
    const processes = new Set(calls.map(({ pid }) => pid)).size;
    attempt.must(
      parts.size === PARTS && Math.max(...parts) === PARTS - 1,
      "all parts were computed",
      `calls of \`work\` with 0 to ${PARTS - 1}`,
      `calls with ${shown([...parts].sort())}`,
    );
    const inNotebook = `${here} of ${PARTS} parts computed in the notebook itself`;
    attempt.must(here === 0, "none in the notebook", "processes that compute all parts", inNotebook);
    const each = "a process for each part";
    attempt.must(
      processes === PARTS && started >= PARTS,
      each,
      each,
      counted(processes, "process").replace(/ss$/, "sses"),
    );
    const serial = "never two at the same time: each was waited for before the next was started";
    attempt.must(together === PARTS, "all at the same time", "processes that run at the same time", serial);
    const expected = [...parts].map((part) => (part + 3) ** 2).reduce((a, b) => a + b);
    const copy =
      answer === 0 ? ". Who adds up? If the processes do: each process has its own copy of your variable" : "";
    attempt.must(answer === expected, `the sum is ${expected}`, `the sum ${expected}`, shown(answer) + copy);
  },
};
