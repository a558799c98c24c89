import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import {
  chunkSizeFor,
  sharesOf,
  regionsOf,
  tasksInWords,
  traceOf,
  pictureOf,
  drawTimeline,
  writeTimeline,
  lastCalls,
} from "../../dist/internal";
import { pretendNotebook } from "../helpers/display";
import { assertWellFormed } from "../helpers/svg";
import * as mp from "parallel-typescript";
import { record, type TaskPlan } from "../helpers/timeline";

process.env.PARALLEL_TYPESCRIPT_CPUS = "2";

const lines = (...parameters: Parameters<typeof pictureOf>) => writeTimeline(pictureOf(...parameters)).split("\n");
const hintFor = (...parameters: Parameters<typeof record>) => pictureOf(record(...parameters), undefined).notes.at(-1);

/** The boxes in the lanes, in pixels of the chart. */
function boxesIn(svg: string) {
  return [...svg.matchAll(/<rect fill="#[0-9a-f]+"[^>]*>/g)].map(([tag]) => {
    const [x, y, width, height] = ["x", "y", "width", "height"].map((name) =>
      Number(new RegExp(` ${name}="([\\d.]+)"`).exec(tag)![1]),
    );
    return { x, y, width, height };
  });
}

/** So many tasks in turn on each worker. */
function inTurn(workers: number, tasks: number, plan: Omit<TaskPlan, "worker" | "sent">, pace: number): TaskPlan[] {
  return Array.from({ length: workers * tasks }, (_, index) => ({
    worker: (index % workers) + 1,
    sent: Math.floor(index / workers) * pace,
    queued: 0,
    first: index * (plan.items ?? 1),
    ...plan,
  }));
}

test("each worker has a lane; its time is split into starting, sending, computing, sending back and waiting", () => {
  const picture = pictureOf(
    record(
      2,
      [
        { worker: 1, sent: 100, sending: 40, computing: 50, back: 10 },
        { worker: 2, sent: 100, sending: 10, computing: 40, back: 0 },
      ],
      { starts: [{ worker: 1, asked: 0, ready: 115 }] },
    ),
    undefined,
  );
  const [one, two] = picture.lanes.lanes;
  assert.equal(picture.lanes.length, 100);
  assert.deepEqual(one.spent, { starting: 15, sending: 25, computing: 50, "sending back": 10 });
  assert.deepEqual(two.spent, { starting: 0, sending: 10, computing: 40, "sending back": 0 });
  assert.deepEqual(
    sharesOf(picture.lanes).map(({ name, share }) => [name, Math.round(share * 1000) / 10]),
    [
      ["starting", 7.5],
      ["sending", 17.5],
      ["computing", 45],
      ["sending back", 5],
      ["waiting", 25],
    ],
  );
});

test("the picture's figures and places are those of the record, in words and in SVG", () => {
  const picture = pictureOf(
    record(2, [
      { worker: 1, sent: 0, computing: 75, name: "count<Primes>", first: 0, items: 8 },
      { worker: 1, sent: 75, computing: 25, name: "count<Primes>", first: 16, items: 1 },
      { worker: 2, sent: 0, sending: 10, computing: 50, back: 10, name: "", first: 8, items: 8 },
    ]),
    `<T> & "t" \u0007`,
  );
  assert.equal(
    writeTimeline(picture),
    [
      `<T> & "t" \u0007`,
      `worker 1 │${"█".repeat(48)}│ 100 % busy, 2 tasks`,
      `worker 2 │${"▒".repeat(5)}${"█".repeat(24)}${"▓".repeat(5)}${"·".repeat(14)}│ 50 % busy, 1 task`,
      "0 to 100 ms   ▒ sending 5 %   █ computing 75 %   ▓ sending back 5 %   · waiting 15 %",
    ].join("\n"),
  );
  const svg = drawTimeline(picture);
  assertWellFormed(svg);
  assert.ok(svg.includes("&#60;T&#62; &#38; &#34;t&#34; �"));
  for (const words of ["100 % busy", "50 % busy", "computing 75 %", "waiting 15 %", "2 tasks"])
    assert.ok(svg.includes(`>${words}</text>`), words);
  assert.match(svg, /role="img" aria-label="3 tasks on 2 workers in 100 ms: /);
  const boxes = boxesIn(svg);
  assert.deepEqual(
    boxes.map(({ height }) => Math.round((2 * height) / boxes[0].height)),
    [2, 2, 1, 2, 1],
    "phases differ in height, too",
  );
  assert.deepEqual(tasksInWords(picture), [
    "worker 1: count<Primes>, items 0 to 7: sending 0 ns, computing 75 ms, sending back 0 ns",
    "worker 1: count<Primes>, item 16: sending 0 ns, computing 25 ms, sending back 0 ns",
    "worker 2: a function, items 8 to 15: sending 10 ms, computing 50 ms, sending back 10 ms",
  ]);
  const scale = boxes[0].width / 75;
  [
    [0, 75],
    [75, 25],
    [0, 10],
    [10, 50],
    [60, 10],
  ].forEach(([from, length], index) => {
    assert.ok(
      Math.abs(boxes[index].x - from * scale) < 0.6 && Math.abs(boxes[index].width - length * scale) < 0.6,
      `box ${index}`,
    );
  });
});

test("the pointer is told of each task where its boxes are, and the same stands in words", () => {
  const picture = pictureOf(
    record(
      2,
      [
        { worker: 1, sent: 0, computing: 75, name: "count<Primes>", first: 0, items: 8 },
        { worker: 2, sent: 20, sending: 10, computing: 50, back: 10, first: 8, items: 8, queued: 0 },
      ],
      { starts: [{ worker: 2, asked: -10, ready: 15 }] },
    ),
    "a title",
  );
  const regions = regionsOf(picture);
  const tells = [
    "count<Primes>, items 0 to 7: sending 0 ns, computing 75 ms, sending back 0 ns",
    "starting 15 ms",
    "work, items 8 to 15: sending 10 ms, computing 50 ms, sending back 10 ms",
  ];
  assert.deepEqual(
    regions.map((region) => region.tells),
    tells,
  );
  assert.deepEqual(
    tasksInWords(picture),
    tells.map((words, index) => `worker ${index === 0 ? 1 : 2}: ${words}`),
  );
  // The still picture's boxes stand in a group of their own, whose place it says.
  const svg = drawTimeline(picture);
  const [top, left] = /<g transform="translate\(0,(\d+)\)"><g transform="translate\((\d+),0\)"/
    .exec(svg)!
    .slice(1)
    .map(Number);
  const [whole, , sending, , back] = boxesIn(svg);
  const [one, , two] = regions;
  for (const [value, expected] of [
    [one.x, left + whole.x],
    [one.x2, left + whole.x + whole.width],
    [one.y, top + whole.y],
    [one.y2, top + whole.y + whole.height],
    [two.x, left + sending.x],
    [two.x2, left + back.x + back.width],
  ])
    assert.ok(Math.abs(value - expected) < 0.6, `${value}, ${expected}`);
  const many = pictureOf(record(2, inTurn(2, 150, { sending: 0.25, computing: 0.5, back: 0.25 }, 1)), undefined);
  assert.deepEqual([regionsOf(many), tasksInWords(many)], [[], []], "shares of many tasks are nobody's");
  assert.deepEqual(regionsOf(pictureOf(record(2, []), undefined)), []);
});

test("a long pause between two calls is cut out and named; a short one counts as waiting", () => {
  const calls = (pause: number) =>
    record(1, [
      { worker: 1, sent: 0, computing: 50 },
      { worker: 1, sent: 50 + pause, computing: 50, call: 2 },
    ]);
  const cut = pictureOf(calls(60_000), undefined);
  assert.deepEqual([cut.lanes.length, cut.lanes.pauses], [100, [{ at: 50, length: 60_000 }]]);
  assert.deepEqual(cut.notes, ["Dotted line: 1min in which the pool had nothing to do."]);
  assert.equal(pictureOf(calls(4), undefined).lanes.length, 104);
  const three = record(
    1,
    [0, 1000, 2000].map((sent, index) => ({ worker: 1, sent, computing: 100, call: index })),
  );
  assert.deepEqual(pictureOf(three, undefined).notes, [
    "Dotted lines: 2 pauses, 1.8 s together, in which the pool had nothing to do.",
  ]);
});

test("the newest tasks of a call are shown from when they were sent, without their time in the queue", () => {
  const { lanes } = pictureOf(
    record(
      1,
      [
        { worker: 1, sent: 900, queued: 0, computing: 50 },
        { worker: 1, sent: 950, queued: 0, computing: 50 },
      ],
      { dropped: 18 },
    ),
    undefined,
  );
  assert.deepEqual([lanes.length, lanes.lanes[0].spent.computing], [100, 100]);
});

test("a task that is on its way to a busy worker costs that worker nothing", () => {
  const { lanes } = pictureOf(
    record(1, [
      { worker: 1, sent: 0, computing: 50, back: 20 },
      { worker: 1, sent: 5, queued: 0, sending: 45, computing: 50 },
    ]),
    undefined,
  ).lanes;
  assert.deepEqual(lanes[0].spent, { starting: 0, sending: 0, computing: 100, "sending back": 0 });
});

test("long sending is named, with the chunk size that the measured costs suggest", () => {
  // 1 ms a task to send, 0.1 ms an item to compute: 90 items make sending a tenth.
  assert.equal(
    hintFor(2, inTurn(2, 200, { sending: 0.6, computing: 0.1, back: 0.4 }, 1.1)),
    "Sending and sending back took 91 % of the workers' time, computing 9 %: an item takes 100 μs to compute, a task 1 ms to send. Use larger chunks: { chunkSize: 90 }.",
  );
  assert.equal(
    hintFor(2, inTurn(2, 100, { sending: 0.6, computing: 0.1, back: 0.4, first: undefined }, 1.1)),
    "Sending and sending back took 91 % of the workers' time, computing 9 %: an item takes 100 μs to compute, a task 1 ms to send. Use map with larger chunks: { chunkSize: 90 }.",
  );
  assert.equal(
    hintFor(2, inTurn(2, 20, { sending: 0.6, computing: 0.1, back: 0.4 }, 1.1)),
    "Sending and sending back took 91 % of the workers' time, computing 9 %: an item takes 100 μs to compute, a task 1 ms to send. For so little work the notebook itself is quicker.",
  );
  assert.match(
    hintFor(2, inTurn(2, 20, { sending: 7, computing: 0.1, back: 1 }, 9))!,
    /^Sending and sending back took 89 % .*: a task takes 8 ms to send, .*its data are large, or other programs .* Move large data with transfer/,
  );
  const far = { ...record(8, inTurn(8, 20, { sending: 7, computing: 0.1, back: 1 }, 9)), names: ["lab-1 worker 1"] };
  assert.match(
    String(pictureOf(far, undefined).notes.at(-1)),
    /: a task takes 8 ms to send, as it goes to another machine\. Give a task more work/,
  );
  assert.equal(
    hintFor(8, inTurn(8, 20, { sending: 7, computing: 0.1, back: 1 }, 9)),
    "Sending and sending back took 89 % of the workers' time, computing 1 %, as 8 workers share 2 processors. Use fewer workers.",
  );
  assert.deepEqual([chunkSizeFor(0.05, 0.002), chunkSizeFor(1, 0.1), chunkSizeFor(0.01, 100)], [230, 90, 1]);
});

test("the lanes of a machine are told apart, however long its name is", () => {
  const labels = (...names: string[]) => {
    const plans = names.map((_, index): TaskPlan => ({ worker: index + 1, sent: 0, computing: 50 }));
    const svg = drawTimeline(pictureOf({ ...record(names.length, plans), names }, undefined));
    return [...svg.matchAll(/<text[^>]*text-anchor="end"[^>]*>([^<]*)</g)].map(([, name]) => name);
  };
  assert.deepEqual(labels("slurm-12 worker 1", "slurm-12 worker 12"), ["slurm-12 · 1", "slurm-12 · 12"]);
  const long = labels("compute-node-1234.hpc.example.org worker 1", "compute-node-1234.hpc.example.org worker 2");
  assert.match(long.join(), /^compute-node.*… · 1,compute-node.*… · 2$/);
});

test("long starting, a late end and long waiting are named; well-shared work needs no sentence", () => {
  assert.equal(
    hintFor(1, [{ worker: 1, sent: 0, sending: 40, computing: 60 }], {
      starts: [{ worker: 1, asked: -5, ready: 19 }],
    })?.slice(0, 40),
    undefined,
  );
  const started = record(1, [{ worker: 1, sent: 0, sending: 82, computing: 118 }], {
    starts: [{ worker: 1, asked: -5, ready: 80 }],
  });
  const slowStart = { ...started, tasks: started.tasks.map((one) => ({ ...one, received: 81 })) };
  assert.equal(
    pictureOf(slowStart, undefined).notes[0],
    "40 % of the time went into starting workers: keep the pool and use it for several calls.",
  );
  assert.equal(
    hintFor(2, [
      { worker: 1, sent: 0, computing: 100, items: 64, first: 0 },
      { worker: 2, sent: 0, computing: 50, items: 64, first: 64 },
    ]),
    "25 % of the time workers waited for worker 1 to end. Use smaller chunks, so that all end together: { chunkSize: 8 }.",
  );
  const short = Array.from({ length: 9 }, (_, first) => ({ worker: 2, sent: first, computing: 1, first }));
  assert.equal(
    hintFor(2, [...short, { worker: 1, sent: 9, queued: 0, computing: 50, first: 9 }]),
    "42 % of the time workers waited for worker 1 to end, which began a long task late. Hand over the longest tasks first.",
  );
  assert.equal(
    hintFor(2, [...short, { worker: 1, sent: 0, computing: 50, first: 9 }]),
    "41 % of the time workers waited for worker 1 to end: its task alone took 50 ms. Cut it into smaller ones.",
  );
  assert.equal(
    hintFor(
      2,
      Array.from({ length: 10 }, (_, index) => ({
        worker: (index % 2) + 1,
        sent: index * 10,
        computing: 9.9,
        back: 0.1,
      })),
    ),
    "The workers waited 50 % of the time: hand over all the work at once, with map, imap or applyAsync, instead of waiting for each result.",
  );
  assert.equal(
    hintFor(
      2,
      Array.from({ length: 40 }, (_, index) => ({
        worker: 1,
        sent: index * 10,
        computing: 9.9,
        back: 0.1,
        first: 0,
        call: index,
      })),
    ),
    "Worker 2 had no task: there was never more than one task at a time.",
    "calls of map",
  );
  assert.equal(hintFor(2, inTurn(2, 8, { sending: 0.5, computing: 20, back: 0.5, items: 4 }, 21)), undefined);
});

test("a pool without tasks, and tasks that are not shown, are named", () => {
  assert.deepEqual(lines(record(2, []), undefined).slice(-1), ["The pool has ended no task since the last timeline."]);
  assertWellFormed(drawTimeline(pictureOf(record(2, []), undefined)));
  const some = record(1, [{ worker: 1, sent: 0, computing: 10 }], { dropped: 1_200_000, lost: 1, running: 2 });
  some.totals[0].tasks = 1_200_001;
  assert.match(pictureOf(some, undefined).conclusion, /^The last 1 of 1,200,001 tasks on 1 worker in 10 ms: /);
  assert.deepEqual(pictureOf(some, undefined).notes, [
    "Shown are the last 1 of 1,200,001 tasks.",
    "Not shown: 1 task without an end, because a worker died or the call was stopped.",
    "Not shown: 2 tasks still running; the next timeline has them.",
  ]);
});

test("many tasks are drawn as shares, without losing a worker or growing without bound", () => {
  const many = pictureOf(record(64, inTurn(64, 150, { sending: 0.25, computing: 0.5, back: 0.25 }, 1)), "many");
  const svg = drawTimeline(many);
  assertWellFormed(svg);
  assert.ok(svg.length < 400_000, `${svg.length} characters`);
  assert.equal(many.lanes.lanes.length, 64);
  assert.ok(many.lanes.lanes.every(({ spent }) => Math.abs(spent.computing - 75) < 1e-6));
});

test("the newest calls alone: their tasks, their totals, and the starts of workers that fall among them", () => {
  const all = record(
    2,
    [
      { worker: 1, sent: 0, computing: 50, call: 1 },
      { worker: 2, sent: 0, computing: 50, call: 1 },
      { worker: 1, sent: 100, computing: 30, call: 2, items: 3 },
      { worker: 2, sent: 200, sending: 5, computing: 10, call: 3 },
    ],
    {
      starts: [
        { worker: 1, asked: 0, ready: 10 },
        { worker: 2, asked: 90, ready: 120 },
      ],
      dropped: 7,
    },
  );
  const two = lastCalls(all, 2);
  assert.deepEqual(
    two.tasks.map(({ call }) => call),
    [2, 3],
  );
  assert.deepEqual(
    two.totals.map(({ tasks, items, computing, overhead }) => [tasks, items, computing, overhead]),
    [
      [1, 3, 30, 0],
      [1, 1, 10, 5],
    ],
  );
  assert.deepEqual([two.since, two.starts, two.dropped], [100, [{ worker: 2, asked: 90, ready: 120 }], 0]);
  assert.deepEqual(
    [lastCalls(all, 9).tasks.length, lastCalls(all, 9).dropped, lastCalls(record(1, []), 1).tasks],
    [4, 7, []],
  );
});

test("the first task of a function on a worker, which brings the function, does not count in the cost of a task", () => {
  const cold = [1, 2].map((worker) => ({ worker, sent: 0, sending: 9, computing: 0.01, back: 0.2, first: worker - 1 }));
  assert.doesNotMatch(hintFor(2, cold) ?? "", /data are large|chunkSize|sending/);
  assert.match(
    hintFor(2, cold, { starts: [1, 2].map((worker) => ({ worker, asked: -20, ready: 4 })) }) ?? "",
    /went into starting workers: keep the pool/,
  );
  const then = mp
    .range(20)
    .map((at) => ({ worker: (at % 2) + 1, sent: 10 + at, sending: 0.6, computing: 0.1, back: 0.2, first: at + 2 }));
  assert.match(hintFor(2, [...cold, ...then])!, /a task 800 μs to send/);
  const laden = cold.map((task) => ({ ...task, sending: 60 }));
  for (const tasks of [laden, [...laden, ...then.map((task) => ({ ...task, sent: task.sent + 55 }))]])
    assert.match(
      hintFor(2, tasks)!,
      /: it takes 60 ms until a worker has the function, what it names and its items\. If large data are among that, send only what a task needs\.$/,
    );
  const full = cold.map((task) => ({ ...task, back: 60 }));
  assert.match(
    hintFor(2, full)!,
    /: it takes 60 ms until a result is back\. If it is large, return only what is needed\.$/,
  );
});

test("a worker that starts is starting, not waiting, also when it gets no task", () => {
  const late = record(
    2,
    [1, 2, 3].map((at) => ({ worker: 1, sent: 10 * at, computing: 10, first: at, queued: 0 })),
    {
      starts: [
        { worker: 1, asked: -5, ready: 10 },
        { worker: 2, asked: -5, ready: 1e6 },
      ],
    },
  );
  const { lanes, notes } = pictureOf(late, undefined);
  assert.deepEqual(
    lanes.lanes.map(({ spent }) => spent.starting),
    [10, 40],
  );
  assert.deepEqual(
    sharesOf(lanes).map(({ name }) => name),
    ["starting", "computing"],
  );
  assert.equal(notes[0], "Worker 2 had no task: the work was done before it could start.");
  const quick = record(2, inTurn(1, 4, { computing: 2 }, 1));
  assert.equal(
    pictureOf(quick, undefined).notes[0],
    "Worker 2 had no task: the tasks are so short that others had done them before its turn.",
  );
});

test("a trace has a lane a worker, and each phase as a complete event in microseconds, none over another", () => {
  const written = traceOf(
    record(
      2,
      [
        { worker: 1, sent: 0, sending: 1, computing: 50, back: 20, name: "work", first: 0, items: 4, call: 3 },
        { worker: 1, sent: 5, queued: 0, sending: 46, computing: 50.0005 },
        { worker: 2, sent: 60_000, computing: 1.5, queued: 60_000 },
      ],
      { starts: [{ worker: 2, asked: -10, ready: 40 }] },
    ),
  );
  const { traceEvents } = JSON.parse(written) as {
    traceEvents: {
      name: string;
      cat?: string;
      ph: string;
      ts: number;
      dur: number;
      pid: number;
      tid: number;
      args: any;
    }[];
  };
  const lanes = traceEvents.filter(({ name }) => name === "thread_name");
  assert.deepEqual(
    lanes.map(({ ph, tid, args }) => [ph, tid, args.name]),
    [
      ["M", 1, "worker 1"],
      ["M", 2, "worker 2"],
    ],
  );
  const complete = traceEvents.filter(({ ph }) => ph === "X");
  assert.deepEqual(
    complete.map(({ tid, cat, name, ts, dur }) => [tid, cat, name, ts, dur]),
    [
      [1, "sending", "sending", 0, 1000],
      [1, "computing", "work, items 0 to 3", 1000, 50_000],
      [1, "computing", "work", 51_000, 50_000.5],
      [2, "starting", "starting", 0, 40_000],
      [2, "computing", "work", 60_000_000, 1500],
    ],
    "with the pause as it was",
  );
  assert.deepEqual(complete[1].args, { task: "work, items 0 to 3", call: 3 });
  assert.ok(traceEvents.every(({ pid }) => pid === process.pid));
});

test("trace writes what the pool did since the last timeline, or what that showed, and forgets nothing", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "trace ü "));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  t.mock.method(console, "log", () => undefined);
  const file = join(folder, "a file.json");
  const computed = async (pool: mp.Pool) => {
    await mp.trace(pool, file);
    const { traceEvents } = JSON.parse(readFileSync(file, "utf8")) as { traceEvents: { cat?: string }[] };
    return traceEvents.filter(({ cat }) => cat === "computing").length;
  };
  await mp.withPool(2, async (pool) => {
    await pool.map(Math.sqrt, mp.range(6), { chunkSize: 2 });
    assert.deepEqual([await computed(pool), await computed(pool)], [3, 3]);
    mp.timeline(pool);
    assert.equal(await computed(pool), 3);
    await pool.apply(Math.sqrt, [4]);
    assert.equal(await computed(pool), 1);
    await assert.rejects(mp.trace({} as any, file), {
      name: "TypeError",
      message: /a pool and a file.*an object came/,
    });
    await assert.rejects(mp.trace(pool, 5 as any), { name: "TypeError", message: /path of a file.*the number 5 came/ });
    await assert.rejects(mp.trace(pool, join(folder, "none", "file")), { code: "ENOENT" });
  });
});

test("a live timeline begins at once, grows in its place while the pool works, and then takes the record", async (t) => {
  const shown = pretendNotebook(t);
  await mp.withPool(2, async (pool) => {
    mp.timeline(pool, { live: true, title: "growing" });
    assert.match(shown[0].content, /no task since the last timeline/);
    await pool.map((ms: number) => new Promise((resolve) => setTimeout(resolve, ms)), Array(10).fill(150), {
      chunkSize: 1,
    });
    while (
      !/aria-label="10 tasks on 2 workers/.test(shown.at(-1)!.content) ||
      shown.at(-1)!.content.includes("running")
    )
      await wait(50);
    await wait(800);
    const pictures = shown.length;
    assert.ok(pictures >= 4, `${pictures} pictures`);
    const counts = shown.slice(1).map(({ content }) => Number(/aria-label="(\d+) tasks? on/.exec(content)?.[1] ?? 0));
    assert.ok(
      counts.every((count, index) => count >= (counts[index - 1] ?? 0)) &&
        counts.some((count) => count > 0 && count < 10),
      `${counts}`,
    );
    assert.deepEqual([...new Set(shown.map(({ place }) => place))], [1], "one place");
    mp.timeline(pool);
    assert.match(shown.at(-1)!.content, /no task since the last timeline/);
    mp.timeline(pool, { live: true });
    const before = shown.length;
    mp.timeline(pool, { live: false });
    await pool.apply(Math.sqrt, [4]);
    await wait(400);
    assert.equal(shown.length, before + 1, "another timeline has ended it");
    assert.throws(() => mp.timeline(pool, { live: 1 as any }), {
      name: "TypeError",
      message: /live to be true or false/,
    });
  });
});

test("in a terminal a live timeline is printed when the pool has done its work, and a program ends with or without work", () => {
  const run = (body: string) =>
    spawnSync(
      process.execPath,
      [
        "-e",
        `const mp = require(${JSON.stringify(require.resolve("parallel-typescript"))}); const pool = new mp.Pool(2); mp.timeline(pool, { live: true }); ${body}`,
      ],
      { encoding: "utf8", timeout: 30_000 },
    );
  const { status, stdout, stderr } = run("pool.map((x) => x, [1, 2, 3]).then(() => pool.close());");
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^worker 1 │.*│ .*\nworker 2 │.*\n0 to /);
  assert.equal(run("pool.close();").status, 0);
  assert.equal(
    run("pool.map((x) => { for (;;); }, [1, 2, 3]).catch(() => 0); setTimeout(() => pool.terminate(), 500);").status,
    0,
  );
});

test("live timelines keep no pool that never worked and was forgotten, and leave one listener for all", () => {
  const program = `
    const mp = require(${JSON.stringify(require.resolve("parallel-typescript"))});
    const turn = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    const pools = [];
    const make = () => { const pool = new mp.Pool(1); mp.timeline(pool, { live: true }); pools.push(new WeakRef(pool)); };
    (async () => {
      const before = process.listenerCount("beforeExit");
      for (let i = 0; i < 15; i++) make();
      const listeners = process.listenerCount("beforeExit") - before;
      for (let i = 0; i < 100 && pools.some((pool) => pool.deref() !== undefined); i++) { await turn(20); gc(); }
      const left = pools.filter((pool) => pool.deref() !== undefined).length;
      await turn(600);
      console.log(listeners, left, process.listenerCount("beforeExit") - before);
    })();`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--expose-gc", "-e", program], {
    encoding: "utf8",
    timeout: 60_000,
  });
  assert.deepEqual([status, stdout, stderr], [0, "1 0 0\n", ""]);
});

test("wrong arguments throw with what was expected and what came", () => {
  assert.throws(() => mp.timeline({} as any), {
    name: "TypeError",
    message: /timeline expects a pool.*but an object came/,
  });
});

test("a timeline shows each task since the last timeline, and none twice", async () => {
  const lines: string[] = [];
  const { log } = console;
  console.log = (line: string) => void lines.push(line);
  const pool = new mp.Pool(2);
  try {
    await pool.map((x: number) => x + 1, mp.range(12), { chunkSize: 3 });
    await pool.apply(Math.max, [1, 2]);
    mp.timeline(pool);
    assert.match(lines.join("\n"), /busy, \d+ tasks?/);
    const counts = [...lines.join("\n").matchAll(/busy, (\d+) task/g)].map((found) => Number(found[1]));
    assert.equal(
      counts.reduce((sum, count) => sum + count, 0),
      5,
    );
    lines.length = 0;
    mp.timeline(pool);
    assert.match(lines.join("\n"), /no task since the last timeline/);
    assert.throws(() => mp.timeline(pool, { calls: 0 }), {
      name: "RangeError",
      message: /calls to be a whole number of at least 1, but the number 0 came/,
    });
  } finally {
    console.log = log;
    await pool.terminate();
  }
});
