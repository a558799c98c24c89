import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import * as mp from "parallel-typescript";
import { pretendClock, pretendNotebook, type Shown } from "../helpers/display";

/** What is written to standard error until the test ends, as if that were a file. */
function catchStderr(t: TestContext, isTTY = false): string[] {
  const written: string[] = [];
  const { stderr } = process;
  const before = Object.getOwnPropertyDescriptor(stderr, "isTTY");
  Object.defineProperty(stderr, "isTTY", { value: isTTY, configurable: true });
  t.mock.method(stderr, "write", (text: string) => written.push(text) > 0);
  t.after(() =>
    before === undefined ? Reflect.deleteProperty(stderr, "isTTY") : Object.defineProperty(stderr, "isTTY", before),
  );
  return written;
}

/** The text of the last state that a notebook was shown. */
function lastText(shown: Shown[]): string {
  return /<span>(.*?)<\/span>/.exec(shown[shown.length - 1].content)![1];
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

test("progress passes on each item in order, of sync and async sources, and counts them", async (t) => {
  const shown = pretendNotebook(t);
  async function* letters() {
    yield* ["a", "b", "c"];
  }
  assert.deepEqual(await collect(mp.progress([1, 2, 3])), [1, 2, 3]);
  assert.match(lastText(shown), /^3 of 3 items, .* items\/s$/);
  assert.deepEqual(await collect(mp.progress(letters())), ["a", "b", "c"]);
  assert.match(lastText(shown), /^3 items, /);
  await collect(mp.progress(letters(), { total: 3 }));
  assert.match(lastText(shown), /^3 of 3 items, /);
});

test("progress knows the total of arrays, typed arrays, sets and maps", async (t) => {
  const shown = pretendNotebook(t);
  for (const items of [
    ["x", "y"],
    new Set([1, 2]),
    new Map([
      [1, 2],
      [3, 4],
    ]),
    new Float64Array(2),
  ] as Iterable<unknown>[]) {
    await collect(mp.progress(items));
    assert.match(lastText(shown), /^2 of 2 items, /);
  }
});

test("while the first item is awaited, a bar tells how long that takes", async (t) => {
  const shown = pretendNotebook(t);
  async function* slow() {
    // Longer than a second, after which the bar is drawn anew.
    while (!/so far/.test(lastText(shown))) await new Promise((resolve) => setTimeout(resolve, 20));
    yield 1;
  }
  const waiting: string[] = [];
  for await (const item of mp.progress(slow(), { total: 2 })) waiting.push(`${lastText(shown)}|${item}`);
  assert.match(waiting[0], /^0 %, 0 of 2 items, \d+\.\d s so far\|1$/);
  assert.doesNotMatch(lastText(shown), /so far/);
});

test("progress over no items shows 0 of 0", async (t) => {
  const shown = pretendNotebook(t);
  assert.deepEqual(await collect(mp.progress([])), []);
  assert.match(lastText(shown), /^0 of 0 items, [\d.]+ \S+$/);
  assert.match(shown[shown.length - 1].content, /aria-valuenow="100"/);
  await collect(mp.progress((function* () {})()));
  assert.match(lastText(shown), /^0 items, /);
});

test("the bar of a source that ends before its total says so", async (t) => {
  const shown = pretendNotebook(t);
  await collect(mp.progress([1, 2, 3], { total: 4 }));
  assert.match(lastText(shown), /^75 %, 3 of 4 items, /);
});

test("an item is done when the loop comes back; leaving early closes the source and shows where it stopped", async (t) => {
  const shown = pretendNotebook(t);
  let closed = 0;
  function* source() {
    try {
      for (let item = 0; ; item++) yield item;
    } finally {
      closed++;
    }
  }
  for await (const item of mp.progress(source(), { total: 10 })) if (item === 4) break;
  assert.equal(closed, 1);
  assert.match(lastText(shown), /^40 %, 4 of 10 items, stopped after /);

  const error = new Error("in the loop");
  await assert.rejects(
    async () => {
      for await (const item of mp.progress(source())) if (item === 2) throw error;
    },
    (thrown) => thrown === error,
  );
  assert.equal(closed, 2);
  assert.match(lastText(shown), /^2 items, stopped after /);
});

test("an error of the source is passed on, and shown as failed", async (t) => {
  const shown = pretendNotebook(t);
  const error = new Error("disk");
  async function* source() {
    yield 1;
    throw error;
  }
  await assert.rejects(collect(mp.progress(source(), { total: 2 })), (thrown) => thrown === error);
  assert.match(lastText(shown), /^50 %, 1 of 2 items, failed after /);
});

test("a source that is never read is never opened, and nothing is shown", async (t) => {
  const shown = pretendNotebook(t);
  let opened = 0;
  const items = { [Symbol.iterator]: () => (opened++, [1, 2][Symbol.iterator]()) };
  const iterator = mp.progress(items);
  await iterator.return!();
  assert.deepEqual(await iterator.next(), { value: undefined, done: true });
  assert.equal(opened, 0);
  assert.deepEqual(shown, []);
});

test("a notebook gets one bar that changes at most ten times a second, its label escaped", async (t) => {
  const shown = pretendNotebook(t);
  const start = performance.now();
  await collect(mp.progress(mp.range(200_000), { label: "<script>" }));
  const elapsed = performance.now() - start;
  assert.ok(shown.length >= 2 && shown.length <= 2 + elapsed / 100, `${shown.length} states in ${elapsed} ms`);
  assert.deepEqual([...new Set(shown.map(({ mime, place }) => `${mime} ${place}`))], ["text/html 1"]);
  assert.ok(shown[0].content.includes("&#60;script&#62;") && !shown[0].content.includes("<script>"));
  assert.match(shown[0].content, /role="progressbar".* aria-valuenow="0"/);
});

test("a count that comes too soon after the last change is shown while the loop waits", async (t) => {
  const shown = pretendNotebook(t);
  async function* source() {
    yield* [1, 2, 3];
    await new Promise<void>((resolve, reject) => {
      const seen = setInterval(
        () =>
          shown.some(({ content }) => content.includes("75 %, 3 of 4")) &&
          (clearInterval(seen), clearTimeout(given), resolve()),
        5,
      );
      const given = setTimeout(() => (clearInterval(seen), reject(new Error("the count of 3 was never shown"))), 5000);
    });
    yield 4;
  }
  await collect(mp.progress(source(), { total: 4 }));
  assert.match(lastText(shown), /^4 of 4 items/);
});

test("the bar of a loop that never waits is shown all the same", async (t) => {
  pretendNotebook(t);
  const pass = pretendClock(t);
  let sent = false;
  setImmediate(() => (sent = true));
  const seen: boolean[] = [];
  for await (const item of mp.progress([1, 2, 3])) {
    seen.push(sent);
    pass(60 * item);
  }
  assert.deepEqual(seen, [false, false, true], "the turn comes with the change of the bar, after 180 ms");
});

test('with unit: "bytes", buffers, strings and numbers count their bytes, in units of 1000', async (t) => {
  const shown = pretendNotebook(t);
  await collect(mp.progress([new Uint8Array(1_400), new ArrayBuffer(100), "é", 998], { unit: "bytes" }));
  assert.match(lastText(shown), /^2\.5 kB of 2\.5 kB, [^,]+, [\d.]+ [kMG]?B\/s$/);
  await collect(mp.progress(new Set([999_400, 100]), { unit: "bytes", total: 10e9 }));
  assert.match(lastText(shown), /^0 %, 1 MB of 10 GB, /);
  await assert.rejects(collect(mp.progress([{}] as unknown[], { unit: "bytes" })), {
    name: "TypeError",
    message: /items that know their size.*but an object came/,
  });
});

test("a terminal gets one line that is written over, cut to the width of the terminal", async (t) => {
  const written = catchStderr(t, true);
  Object.defineProperty(process.stderr, "columns", { value: 40, configurable: true });
  t.after(() => Reflect.deleteProperty(process.stderr, "columns"));
  await collect(mp.progress([1, 2, 3], { label: "books" }));
  assert.ok(written.length >= 2);
  for (const line of written) {
    assert.match(line, /^\rbooks: /);
    assert.ok(line.replace(/[\r\n]|\u001b\[K/g, "").length <= 39);
  }
  assert.ok(written.every((line, index) => line.endsWith("\n") === (index === written.length - 1)));
});

test("a bar inside a bar stands below it, and takes the place of the one before", async (t) => {
  const shown = pretendNotebook(t);
  for await (const book of mp.progress(["a", "b", "c"], { label: "books" })) {
    for await (const page of mp.progress([1, 2], { label: `pages of ${book}` })) void page;
  }
  const placesOf = (label: string) => [
    ...new Set(shown.filter(({ content }) => content.includes(label)).map(({ place }) => place)),
  ];
  assert.deepEqual([placesOf(">books<"), placesOf("pages of")], [[1], [2]]);
  assert.match(shown.filter(({ content }) => content.includes("pages of")).at(-1)!.content, /margin:2px 0 6px 16px/);
  assert.match(lastText(shown), /^3 of 3 items/);
  await collect(mp.progress([1], { label: "alone again" }));
  assert.deepEqual(placesOf("alone again"), [3]);
});

test("nested bars in a terminal: the cursor goes between their lines, and ends below the last", async (t) => {
  const written = catchStderr(t, true);
  for await (const book of mp.progress(["a", "b"], { label: "books" })) {
    for await (const page of mp.progress([1], { label: `pages of ${book}` })) void page;
  }
  // A terminal of a few lines.
  const screen: string[] = [""];
  let row = 0;
  for (const [code] of written.join("").matchAll(/\u001b\[\d*[AK]|\r|\n|[^\u001b\r\n]+/g)) {
    if (code === "\n") screen[++row] ??= "";
    else if (code.endsWith("A") && code.startsWith("\u001b")) row -= Number(code.slice(2, -1));
    else if (code !== "\r" && !code.startsWith("\u001b")) screen[row] = code;
  }
  assert.match(screen[0], /^books: .*2 of 2 items/);
  assert.match(screen[1], /^ {2}pages of b: .*1 of 1 item,/);
  assert.deepEqual([screen.length, row, screen[2]], [3, 2, ""]);
});

test("in a file the inner bars are left out", async (t) => {
  const written = catchStderr(t);
  for await (const book of mp.progress(["a", "b"], { label: "books" }))
    await collect(mp.progress([1], { label: `pages of ${book}` }));
  assert.equal(written.length, 1);
  assert.match(written[0], /^books: /);
});

test("a file gets the last state only", async (t) => {
  const written = catchStderr(t);
  await collect(mp.progress([1, 2, 3], { label: "books" }));
  assert.equal(written.length, 1);
  assert.match(written[0], /^books: █{20} 3 of 3 items, .*\n$/);
});

test("a loop that does not wait has a bar, too", async (t) => {
  const written = catchStderr(t);
  const seen: string[] = [];
  for (const letter of mp.progress("añ😀", { label: "letters" })) seen.push(letter);
  assert.deepEqual(seen, ["a", "ñ", "😀"]);
  assert.match(written.join(""), /^letters: 3 items, .*\n$/);
  for (const x of mp.progress([1, 2, 3], { label: "left" })) if (x === 2) break;
  assert.match(written[1], /^left: .* 1 of 3 items, .*stopped/);
  assert.throws(() => {
    for (const x of mp.progress([7], { label: "failed" })) throw new Error(`mine ${x}`);
  }, /mine 7/);
  const closed: string[] = [];
  function* source(): Generator<number> {
    try {
      yield 1;
      yield 2;
    } finally {
      closed.push("closed");
    }
  }
  for (const x of mp.progress(source())) if (x === 1) break;
  assert.deepEqual(closed, ["closed"]);
  assert.throws(() => [...mp.progress([{}] as unknown[], { unit: "bytes" })], /items that know their size/);
  assert.throws(() => [...mp.progress([1], { total: -1 })], {
    name: "RangeError",
    message: /total to be a number of at least 0/,
  });
});

test("the iterator throws for wrong arguments", async () => {
  const wrong = (items: unknown, options?: unknown) => {
    const iterator = mp.progress(items as any, options as any);
    return () => iterator.next();
  };
  await assert.rejects(wrong(5), { name: "TypeError", message: /something to loop over.*but the number 5 came/ });
  await assert.rejects(wrong(undefined), { name: "TypeError", message: /but undefined came/ });
  await assert.rejects(wrong([], 5), { name: "TypeError", message: /options as an object/ });
  for (const total of [-1, NaN, "3", Infinity])
    await assert.rejects(wrong([], { total }), { name: "RangeError", message: /total to be a number of at least 0/ });
  await assert.rejects(wrong([], { label: 5 }), { name: "TypeError", message: /label to be a string/ });
  await assert.rejects(wrong([], { unit: "books" }), {
    name: "TypeError",
    message: /"items" or "bytes", but the string "books" came/,
  });
});
