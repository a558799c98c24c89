import assert from "node:assert/strict";
import { test } from "node:test";
import * as mp from "parallel-typescript";
import { Recorder, MOST_TASKS } from "../../dist/internal";

const task = (call: number): any => ({
  call: { id: call, fn: { payload: { name: "work" } } },
  first: call,
  count: 2,
  packing: 0,
  queued: 0,
});
const reply: any = { times: [1, 2, 4, 5], outcome: { list: [] } };

test("of very many tasks the record keeps the newest, and the sums of all", () => {
  const recorder = new Recorder(1);
  recorder.workerStarted(1, 0);
  for (let call = 0; call < 200_000; call++) {
    recorder.tasksSent(1);
    recorder.taskDone(1, task(call), 0, reply, 6);
  }
  const { tasks, dropped, totals, running } = recorder.take();
  assert.deepEqual([tasks.length, dropped, running], [MOST_TASKS, 200_000 - MOST_TASKS, 0]);
  assert.deepEqual([tasks[0].call, tasks[MOST_TASKS - 1].call], [200_000 - MOST_TASKS, 199_999], "oldest first");
  assert.deepEqual([totals[0].tasks, totals[0].items, totals[0].computing], [200_000, 400_000, 400_000]);
});

test("workers that are replaced very often leave no more behind than tasks do", () => {
  const recorder = new Recorder(2);
  for (let start = 1; start <= 100_000; start++) {
    recorder.workerStarted(1 + (start % 2), start);
    recorder.workerAsked(1 + (start % 2));
  }
  const { starts } = recorder.take();
  assert.ok(starts.length <= MOST_TASKS, `${starts.length} starts`);
  assert.equal(starts.at(-1)!.ready, 100_000);
});

test("recording costs next to nothing beside the tasks", async (t) => {
  const pool = new mp.Pool(2);
  t.after(() => pool.terminate());
  const { tasksSent, taskDone } = Recorder.prototype;
  t.after(() => Object.assign(Recorder.prototype, { tasksSent, taskDone }));
  const work = () => {
    const end = performance.now() + 1;
    while (performance.now() < end);
  };
  const time = async (how: object) => {
    Object.assign(Recorder.prototype, how);
    const start = performance.now();
    await pool.map(work, mp.range(200), { chunkSize: 1 });
    return performance.now() - start;
  };
  const [recording, nothing] = [
    { tasksSent, taskDone },
    { tasksSent() {}, taskDone() {} },
  ];
  await time(recording);
  const ratios: number[] = [];
  for (let round = 0; round < 9; round++) ratios.push((await time(recording)) / (await time(nothing)));
  // The benchmark (scripts/bench/recording.mjs) measures less than 3 %; other programs may well take more than that here.
  ratios.sort((a, b) => a - b);
  assert.ok(ratios[4] < 1.3, `ratios ${ratios.map((ratio) => ratio.toFixed(2)).join(", ")}`);
});
