import assert from "node:assert/strict";
import { test } from "node:test";
import {
  chunkSizeFor,
  sharesOf,
  liveTimeline,
  pictureOf,
  drawTimeline,
  writeTimeline,
  lastCalls,
} from "parallel-typescript/dist/internal";
import { assertWellFormed } from "../helpers/svg";
import * as mp from "parallel-typescript";
import { record, type TaskPlan } from "../helpers/timeline";

process.env.PARALLEL_TYPESCRIPT_CPUS = "2";

const lines = (...parameters: Parameters<typeof pictureOf>) => writeTimeline(pictureOf(...parameters)).split("\n");
const hintFor = (...parameters: Parameters<typeof record>) => pictureOf(record(...parameters), undefined).notes.at(-1);

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
  const boxes = [...svg.matchAll(/<rect fill="(#[0-9a-f]+)"[^>]*?(?= )[^>]*><title>([^<]*)<\/title>/g)].map(
    ([tag, fill, title]) => ({
      fill,
      title,
      x: Number(/ x="([\d.]+)"/.exec(tag)![1]),
      width: Number(/ width="([\d.]+)"/.exec(tag)![1]),
    }),
  );
  assert.deepEqual(
    boxes.map(({ title }) => title),
    [
      "count&lt;Primes&gt;, items 0 to 7: sending 0 ns, computing 75 ms, sending back 0 ns",
      "count&lt;Primes&gt;, item 16: sending 0 ns, computing 25 ms, sending back 0 ns",
      ...Array(3).fill("a function, items 8 to 15: sending 10 ms, computing 50 ms, sending back 10 ms"),
    ],
  );
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

test("in JupyterLab the pointer over a box shows its task", () => {
  const picture = pictureOf(
    record(2, [
      { worker: 1, sent: 0, computing: 75, name: "count<Primes>", first: 0, items: 8 },
      { worker: 2, sent: 0, sending: 10, computing: 50, back: 10, first: 8, items: 8 },
    ]),
    "a title",
  );
  const svg = drawTimeline(picture);
  const {
    layer: [image, boxes],
    width,
    height,
  } = liveTimeline(picture, svg)!.content as {
    width: number;
    height: number;
    layer: { data: { values: Record<string, number | string>[] }; mark: { url: string } }[];
  };
  const still = decodeURIComponent(image.mark.url.replace(/^data:image\/svg\+xml;charset=utf-8,/, ""));
  assert.equal(still, svg.replace(/<title>[^<]*<\/title>/g, ""));
  const [wide, high] = / width="(\d+)" height="(\d+)"/.exec(svg)!.slice(1).map(Number);
  assert.ok(
    width === 472 && Math.abs(width / height - wide / high) < 1e-6,
    "smaller by the 8 pixels that JupyterLab moves it",
  );
  assert.deepEqual(
    boxes.data.values.map(({ task }) => task),
    [
      "count<Primes>, items 0 to 7: sending 0 ns, computing 75 ms, sending back 0 ns",
      ...Array(3).fill("work, items 8 to 15: sending 10 ms, computing 50 ms, sending back 10 ms"),
    ],
  );
  // The still picture's boxes stand in a group of their own, whose place it says.
  const [top, left] = /<g transform="translate\(0,(\d+)\)"><g transform="translate\((\d+),0\)"/
    .exec(svg)!
    .slice(1)
    .map(Number);
  const drawn = [...svg.matchAll(/<rect fill="#[0-9a-f]+"[^>]*><title>/g)].map(([tag]) =>
    ["x", "y", "width", "height"].map((name) => Number(new RegExp(` ${name}="([\\d.]+)"`).exec(tag)![1])),
  );
  assert.equal(drawn.length, boxes.data.values.length);
  for (const [index, [x, y, width, tall]] of drawn.entries()) {
    const box = boxes.data.values[index] as Record<string, number>;
    const off = [box.x - left - x, box.x2 - left - x - width, box.y - top - y, box.y2 - top - y - tall].map(Math.abs);
    assert.ok(Math.max(...off) < 0.6, `box ${index}: ${off.join(", ")}`);
  }
  assert.equal(
    liveTimeline(
      pictureOf(record(2, inTurn(2, 150, { sending: 0.25, computing: 0.5, back: 0.25 }, 1)), undefined),
      svg,
    ),
    undefined,
    "shares of many tasks are nobody's",
  );
  assert.equal(liveTimeline(pictureOf(record(2, []), undefined), svg), undefined);
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
    "91 % of the workers' time went into sending: an item takes 100 μs to compute, a task 1 ms to send. Use larger chunks: { chunkSize: 90 }.",
  );
  assert.equal(
    hintFor(2, inTurn(2, 100, { sending: 0.6, computing: 0.1, back: 0.4, first: undefined }, 1.1)),
    "91 % of the workers' time went into sending: an item takes 100 μs to compute, a task 1 ms to send. Use map with larger chunks: { chunkSize: 90 }.",
  );
  assert.equal(
    hintFor(2, inTurn(2, 20, { sending: 0.6, computing: 0.1, back: 0.4 }, 1.1)),
    "91 % of the workers' time went into sending: an item takes 100 μs to compute, a task 1 ms to send. For so little work the notebook itself is quicker.",
  );
  assert.match(
    hintFor(2, inTurn(2, 20, { sending: 7, computing: 0.1, back: 1 }, 9))!,
    /^99 % .*: a task takes 8 ms to send, .*its data are large\. Move them with transfer/,
  );
  assert.equal(
    hintFor(8, inTurn(8, 20, { sending: 7, computing: 0.1, back: 1 }, 9)),
    "99 % of the workers' time went into sending, as 8 workers share 2 processors. Use fewer workers.",
  );
  assert.deepEqual([chunkSizeFor(0.05, 0.002), chunkSizeFor(1, 0.1), chunkSizeFor(0.01, 100)], [230, 90, 1]);
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
    undefined,
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
