// Answers of any kind get a kind message: a check never throws for them, and leaves nothing behind.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { exercises, judge, mp, require } from "./exercises/cells.mjs";
import { inRoot } from "../setup/checkout.mjs";

const { meet, newGate, watchGate } = require("parallel-typescript-exercises/dist/gate");
const { check } = require("parallel-typescript-exercises");

async function said(id, answer) {
  const exercise = exercises.find((each) => each.id === id);
  const { isSolved, lines } = await judge(exercise, answer, { workers: 2, seconds: 1 });
  assert.ok(!isSolved);
  return lines.join("\n");
}

const hostile = new Proxy(
  {},
  {
    get: (_, name) => {
      if (name !== "then") throw new Error("nobody looks at me");
    },
  },
);
const VALUES = [undefined, null, 0, NaN, "", [], {}, hostile, Symbol("odd"), 10n, Promise.resolve([[]])];
const RESULTS = [null, -1, "2", [[]], {}, hostile];

describe("an odd answer", () => {
  for (const exercise of exercises)
    it(`is told so by ${exercise.id}, whatever it is`, async () => {
      for (const odd of VALUES) assert.match(await said(exercise.id, odd), /expected: .+\n {2}came: /);
      for (const odd of RESULTS) {
        const text = await said(exercise.id, () => odd);
        assert.match(text, /expected: .+\n {2}came: /);
        if (odd !== hostile) assert.doesNotMatch(text, /cannot read/);
      }
    });

  it("that is nothing is told how to give one", async () => {
    assert.match(await said("2.1", undefined), /came: undefined, which is nothing\. Is a `return` missing\?/);
    assert.match(await said("2.3", () => undefined), /Is a `return` missing\?/);
    assert.match(await said("2.3", [1, 2]), /expected: a function, which the check calls\n {2}came: \[ 1, 2 \]/);
    assert.match(await said("2.1", () => 13), /expected: a value/);
  });

  it("that throws, rejects, or throws nothing at all is told what was thrown", async () => {
    const broken = () => {
      throw new TypeError("x is not a function");
    };
    assert.match(await said("2.3", broken), /an error was thrown: TypeError: x is not a function/);
    assert.match(await said("2.3", async () => broken()), /an error was thrown: TypeError: x is not a function/);
    assert.match(await said("2.1", Promise.reject(new RangeError("no"))), /an error was thrown: RangeError: no/);
    assert.match(await said("2.3", () => Promise.reject(undefined)), /an error was thrown: undefined/);
    assert.match(await said("2.3", (pool) => pool.map(broken, [1, 2])), /TypeError: x is not a function/);
    assert.match(await said("2.3", (pool) => pool.map("no function", [1])), /an error was thrown: TypeError: map/);
  });

  it("that never ends is ended", async () => {
    const endless = () => {
      for (;;);
    };
    assert.match(
      await said("1.2", endless),
      /expected: an answer within 1 second\n {2}came: your function did not end/,
    );
    assert.match(await said("2.3", endless), /did not end/);
    assert.match(await said("2.3", () => new Promise(() => undefined)), /the promise was never settled/);
    assert.match(await said("2.1", new Promise(() => undefined)), /the promise was never settled/);
    assert.match(await said("2.3", (pool) => pool.map(endless, [1, 2, 3])), /does a task never end/);
  });

  it("that closes the pool, ends it, or waits for nothing, is judged by what it returns", async () => {
    assert.match(await said("2.2", async (pool) => pool.terminate().then(() => [1024, 243, 1000])), /in the notebook/);
    const closing = (pool) => (pool.close(), pool.starmap((a, b) => a ** b, [[2, 10]]));
    assert.match(await said("2.2", closing), /PoolClosedError/);
    const unwaited = (pool) => {
      for (let i = 0; i < 50; i++) void pool.apply(() => new Promise(() => undefined));
      return [1024, 243, 1000];
    };
    assert.match(await said("2.2", unwaited), /expected: workers that compute/);
    const worker = (pool) => pool.map(() => process.exit(3), [1, 2, 3]);
    assert.match(await said("2.3", worker), /WorkerDiedError/);
  });
});

describe("the gate of a check", () => {
  it("holds a task until a second worker has one, however late, and lets one go on that is alone", async () => {
    await mp.withPool(2, async (pool) => {
      const gate = newGate();
      const end = watchGate(gate, () => 2);
      const first = pool.applyAsync(() => meet(gate));
      while (Atomics.load(gate, 0) === 0) await new Promise(setImmediate);
      for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setTimeout(resolve, 10));
      assert.ok(!first.ready());
      await pool.apply(() => meet(gate));
      await first;
      end();
      const alone = newGate();
      const endAlone = watchGate(alone, () => 1);
      await pool.apply(() => meet(alone));
      endAlone();
    });
  });
});

describe("what a learner calls in a cell", () => {
  const calls = (code, file) =>
    execFileSync(
      process.execPath,
      [
        "-e",
        `const { check, checkAll, hint, solution } = require("parallel-typescript-exercises"); (async () => { ${code} })()`,
      ],
      {
        cwd: inRoot(),
        env: { ...process.env, PARALLEL_TYPESCRIPT_HISTORY: file },
        encoding: "utf8",
      },
    );

  it("shows two hints, the solution, and what to write for a number that there is not", () => {
    const [, first, second] = /Hint 1 for 2\.3: (.+)\n[^]*Hint 2 for 2\.3: (.+)\n/.exec(
      calls(`hint("2.3"); hint("2.3"); hint("2.3");`, "none"),
    );
    assert.deepEqual([first, second], [...exercises.find(({ id }) => id === "2.3").hints]);
    assert.match(calls(`solution("2.3")`, "none"), /pool\.map\(countPrimes, limits\)/);
    for (const call of ["await check(2.3, 1)", `await check("9.9")`, "hint()", "solution(null)"])
      assert.match(calls(call, "none"), /There is no exercise .*Write its number as text, such as "2\.3"/s);
  });

  it("keeps what was solved, for the board of the next session; a damaged file does no harm", () => {
    const folder = mkdtempSync(join(tmpdir(), "solved-"));
    try {
      const file = join(folder, "history.jsonl");
      assert.match(calls(`await check("4.1", { dog: 1, cat: 1 }); await check("4.1", 3)`, file), /✓ 4\.1 is solved/);
      writeFileSync(
        join(folder, "exercises.jsonl"),
        `${readFileSync(join(folder, "exercises.jsonl"), "utf8")}{"solved":"9.9"}\n{"sol`,
      );
      assert.match(calls("checkAll()", file), /^04 {3}1 of 6 {3}✓ 4\.1 {2}· 4\.2[^]*^1 of \d{2} exercises are solved/m);
      assert.match(calls("checkAll({ clear: true })", file), /0 of \d{2} exercises/);
      assert.match(calls(`await check("4.1", { dog: 1, cat: 1 }); checkAll()`, "none"), /1 of \d{2} exercises/);
      assert.match(calls("checkAll()", join(file, "no", "folder")), /0 of \d{2} exercises/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("resolves with nothing, which a cell does not show", async () => {
    assert.equal(await check("1.3", undefined), undefined);
  });
});
