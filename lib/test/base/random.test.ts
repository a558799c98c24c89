import assert from "node:assert/strict";
import { inspect } from "node:util";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import * as mp from "parallel-typescript";
import seedrandom from "seedrandom";

const draw = (random: mp.Random, count: number) => Array.from({ length: count }, () => random.random());

test("random() gives seedrandom's sequence, also beyond the points at which its state is saved", () => {
  for (const seed of [42, "42", 0, -1.5, "", "Zürich ☃", NaN]) {
    const original = seedrandom(seed as string);
    assert.deepEqual(
      draw(mp.seededRandom(seed), 3000),
      Array.from({ length: 3000 }, () => original()),
      String(seed),
    );
  }
});

test('the seeds 42 and "42" differ, and the numbers stay the same for ever', () => {
  assert.equal(mp.seededRandom(42).random(), 0.0016341939679719736);
  assert.equal(mp.seededRandom("42").random(), 0.00701751618236155);
});

test("randint reaches every integer of its range, evenly, and no other", () => {
  const random = mp.seededRandom("dice");
  const seen = new Map<number, number>();
  for (let i = 0; i < 60_000; i++) {
    const pips = random.randint(-2, 3);
    seen.set(pips, (seen.get(pips) ?? 0) + 1);
  }
  assert.deepEqual(
    [...seen.keys()].sort((a, b) => a - b),
    [-2, -1, 0, 1, 2, 3],
  );
  // 10,000 each are expected, with a standard deviation of 91.
  for (const count of seen.values()) assert.ok(Math.abs(count - 10_000) < 550, `${count}`);
  assert.equal(random.randint(5, 5), 5);
});

test("randint is exact in ranges as large as doubles have integers", () => {
  const random = mp.seededRandom(1);
  const most = Number.MAX_SAFE_INTEGER;
  for (const [low, high] of [
    [0, most],
    [most - 2, most],
    [-(2 ** 52), 2 ** 52 - 1],
  ]) {
    const odd = new Set<number>();
    let lower = 0;
    for (let i = 0; i < 400; i++) {
      const number = random.randint(low, high);
      assert.ok(Number.isInteger(number) && number >= low && number <= high, `${number} in [${low}, ${high}]`);
      odd.add(Math.abs(number % 2));
      if (number < low / 2 + high / 2) lower++;
    }
    assert.equal(odd.size, 2, `odd and even ones in [${low}, ${high}]`);
    assert.ok(lower > 80 && lower < 320, `${lower} of 400 in the lower half of [${low}, ${high}]`);
  }
});

test("randint refuses limits that are no integers, or in the wrong order", () => {
  const random = mp.seededRandom(1);
  assert.throws(() => random.randint(3, 2), { name: "RangeError", message: /low is 3 and high is 2/ });
  assert.throws(() => random.randint(0.5, 2), { name: "RangeError", message: /low .* the number 0\.5/ });
  assert.throws(() => random.randint(0, Infinity), RangeError);
  assert.throws(() => random.randint(0, 2 ** 54), RangeError);
  assert.throws(() => random.randint(-1, 2 ** 53 - 1), { name: "RangeError", message: /no more than 2 \*\* 53/ });
  assert.throws(() => random.randint(0, "2" as never), RangeError);
  assert.throws(() => (random.randint as (low: number) => number).call(random, 6), {
    name: "RangeError",
    message: /high .* undefined/,
  });
});

test("choice picks one item of an array, a string or a typed array", () => {
  const random = mp.seededRandom(123);
  assert.deepEqual([...new Set(Array.from({ length: 200 }, () => random.choice("abc")))].sort(), ["a", "b", "c"]);
  assert.equal(random.choice(Uint8Array.of(7)), 7);
  assert.equal(random.choice([undefined]), undefined);
  assert.throws(() => random.choice([]), { name: "RangeError", message: /at least one item/ });
  assert.throws(() => random.choice(""), RangeError);
  assert.throws(() => random.choice(new Set([1]) as never), {
    name: "TypeError",
    message: /an object of class Set.*\[\.\.\.set\]/,
  });
  assert.throws(() => random.choice(undefined as never), TypeError);
});

test("spawn gives the same stream for the same key, whatever its parent did before", () => {
  const parent = mp.seededRandom(7);
  const early = draw(parent.spawn("task"), 5);
  draw(parent, 2000);
  parent.spawn("other").random();
  assert.deepEqual(draw(parent.spawn("task"), 5), early);
  assert.deepEqual(draw(mp.seededRandom(7).spawn("task"), 5), early);
  const expected = draw(mp.seededRandom(7), 2001).at(-1);
  assert.equal(parent.random(), expected, "spawning draws nothing from the parent");
});

test("spawned streams differ from one another: by key, type of key, order of nested keys, and seed", () => {
  const root = mp.seededRandom(7);
  const streams: Record<string, mp.Random> = {
    root,
    "1": root.spawn(1),
    '"1"': root.spawn("1"),
    "12": root.spawn(12),
    "1 2": root.spawn(1).spawn(2),
    "2 1": root.spawn(2).spawn(1),
    '"1/2"': root.spawn("1/2"),
    "1.5": root.spawn(1.5),
    "-1": root.spawn(-1),
    "": root.spawn(""),
    '"a" "b"': root.spawn("a").spawn("b"),
    '"a\\"/\\"b"': root.spawn('a"/"b'),
    "low byte": root.spawn("\u0101"),
    "same low byte": root.spawn("\u0201"),
    long: root.spawn("x".repeat(300)),
    longer: root.spawn("x".repeat(556)),
    "other seed": mp.seededRandom(8).spawn(1),
    "seed as string": mp.seededRandom("7").spawn(1),
  };
  const firsts = new Map<number, string>();
  for (const [name, stream] of Object.entries(streams)) {
    const first = stream.random();
    assert.equal(firsts.get(first), undefined, `${name} equals ${firsts.get(first)}`);
    firsts.set(first, name);
  }
  for (let key = 0; key < 2000; key++) firsts.set(root.spawn(key).spawn("x").random(), "");
  assert.equal(firsts.size, Object.keys(streams).length + 2000);
});

test("a seed or key that is neither string nor number is refused", () => {
  assert.throws(() => mp.seededRandom(undefined as never), { name: "TypeError", message: /seed .* undefined/ });
  assert.throws(() => mp.seededRandom(5n as never), TypeError);
  assert.throws(() => mp.seededRandom(1).spawn({} as never), { name: "TypeError", message: /key .* an object/ });
});

test("another thread gets the same numbers for the same seed and key", async () => {
  const script = `
    const mp = require(${JSON.stringify(require.resolve("parallel-typescript"))});
    const random = mp.seededRandom("across");
    require("node:worker_threads").parentPort.postMessage([random.random(), random.spawn(3).randint(0, 1e9)]);`;
  const worker = new Worker(script, { eval: true });
  const [there] = await Promise.all([
    new Promise((resolve, reject) => worker.once("message", resolve).once("error", reject)),
    new Promise((resolve) => worker.once("exit", resolve)),
  ]);
  const random = mp.seededRandom("across");
  assert.deepEqual(there, [random.random(), random.spawn(3).randint(0, 1e9)]);
});

test("a copy of a generator's properties continues the sequence, apart from the original", () => {
  for (const drawn of [0, 1, 1023, 1024, 1025, 5000]) {
    const original = mp.seededRandom("copy").spawn(1);
    draw(original, drawn);
    const copy: mp.Random = Object.assign(
      Object.create(Object.getPrototypeOf(original)),
      structuredClone({ ...original }),
    );
    const next = draw(original, 3000);
    assert.deepEqual(draw(copy, 3000), next, `after ${drawn} numbers`);
    assert.deepEqual(draw(copy.spawn("x"), 3), draw(original.spawn("x"), 3));
  }
});

test("a printed generator shows its seed and keys, not its state", () => {
  assert.equal(inspect(mp.seededRandom(42).spawn("a")), 'Random { 42/"a" }');
});

const shared = mp.seededRandom("shared");
const drawShared = (x: number): number => shared.random() + x;
const drawSpawned = (x: number): number => shared.spawn(x).random();
const simulation = { random: mp.seededRandom("inside"), size: 3 };
class Simulation {
  readonly random = mp.seededRandom("class");
  run = (x: number): number => this.random.randint(1, 6) + x;
}

test("tasks that draw from a captured generator cause one warning for each variable, which says what to do", async () => {
  const warnings: Error[] = [];
  const note = (warning: Error): void => {
    if (warning.name === "SeededRandomWarning") warnings.push(warning);
  };
  process.on("warning", note);
  try {
    await mp.withPool(2, async (pool) => {
      const both = await pool.map(drawShared, [0, 0], { chunkSize: 1 });
      // Each worker begins anew; one of them may take both tasks.
      const own = mp.seededRandom("shared");
      const drawn = [own.random(), own.random()];
      assert.ok(both.every((it) => drawn.includes(it)));
      await pool.map(drawShared, [1]);
      await pool.map((x) => drawShared(x), [1]);
      await pool.map(drawSpawned, [1]);
      await pool.map((x) => simulation.random.choice([x]), [1]);
      await pool.map((x) => simulation.size * x * Math.random(), [1]);
      await pool.map(new Simulation().run, [1]);
      await pool.map((random) => random.random(), [shared.spawn(1), shared.spawn(2)]);
    });
    const texts = warnings.map(({ message }) => message);
    assert.equal(texts.length, 3, texts.join("\n"));
    assert.match(
      texts[0],
      /^captured variable `shared` of `drawShared` is a seededRandom.*same numbers.*shared\.spawn\(key\)/,
    );
    assert.match(texts[1], /`simulation` of the function, property `\.random`.*simulation\.random\.spawn\(key\)/);
    assert.match(texts[2], /`this` of `run`, property `\.random`.*this\.random\.spawn\(key\)/);
  } finally {
    process.off("warning", note);
  }
});
