import assert from "node:assert/strict";
import { AssertionError } from "node:assert";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import * as mp from "parallel-typescript";
import { temporaryFolder } from "../helpers/files";
import { errorOf, makePool, runScript } from "../helpers/pool";
import { onePool, there, thereAndBack } from "../helpers/serialize";

class Broken extends Error {
  code = 5;
  constructor(
    message: string,
    readonly part: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = "Broken";
  }
}

/** What a call rejects with. */
async function thrown(fn: () => unknown): Promise<any> {
  try {
    await there(fn);
  } catch (error) {
    return error;
  }
  return assert.fail("it did not throw");
}

/** The end of a chain of causes. */
function last(error: Error): Error {
  while (error.cause instanceof Error) error = error.cause;
  return error;
}

test("an error keeps its class, message and own properties: of the language, of a module, of one's own", async () => {
  const range: unknown = await thrown(() => {
    throw Object.assign(new RangeError("too far"), { limit: 3, [Symbol.for("s")]: 1 });
  });
  assert.ok(range instanceof RangeError && Object.getPrototypeOf(range) === RangeError.prototype);
  const far = range as Error & Record<PropertyKey, unknown>;
  assert.deepEqual(
    [far.message, far.limit, far[Symbol.for("s")], String(range)],
    ["too far", 3, 1, "RangeError: too far"],
  );
  const own = await thrown(() => {
    throw new Broken("no", "wheel");
  });
  assert.ok(own instanceof Broken);
  assert.deepEqual(
    [own.message, own.code, own.part, own.name, Object.keys(own)],
    ["no", 5, "wheel", "Broken", ["part", "code", "name"]],
  );
  const ofModule = await thrown(() => {
    throw new AssertionError({ actual: 1, expected: 2, operator: "equal" });
  });
  assert.ok(ofModule instanceof AssertionError && ofModule.expected === 2 && ofModule.code === "ERR_ASSERTION");
  const system = await thrown(() => readFileSync("/no/such/file"));
  assert.deepEqual([system.code, system.syscall], ["ENOENT", "open"]);
});

test("each kind of error of the language comes back as itself", async () => {
  for (const name of [
    "Error",
    "EvalError",
    "RangeError",
    "ReferenceError",
    "SyntaxError",
    "TypeError",
    "URIError",
  ] as const) {
    const error = await thrown(Function(`throw new ${name}("m")`) as () => never);
    assert.equal(Object.getPrototypeOf(error), (globalThis as any)[name].prototype);
  }
});

test("the last cause is a RemoteError whose stack names the worker, the function and the line that threw", async () => {
  const error = await thrown(function thrower() {
    throw new Error("here");
  });
  assert.ok(error.cause instanceof mp.RemoteError);
  assert.match(error.cause.stack, /worker \d+ of the pool, running `thrower`/);
  assert.match(error.cause.stack, /errors\.test\.js:\d+:\d+/);
  const line = Number(/errors\.test\.js:(\d+):\d+/.exec(error.cause.stack)?.[1]);
  const source = readFileSync(__filename, "utf8").split("\n")[line - 1];
  assert.match(source, /new Error\("here"\)/);
  assert.doesNotMatch(error.cause.stack, /[\\/]lib[\\/]dist[\\/]|piscina/);
  assert.equal(Object.keys(error).includes("cause"), false);
});

test("functions of one text in several places, which workers take for one, each name their own line", async () => {
  const makers = [() => () => Promise.reject(new Error("twin")), () => () => Promise.reject(new Error("twin"))];
  const place = async (make: () => () => unknown): Promise<string> =>
    /errors\.test\.js:\d+:\d+/.exec(String((await thrown(make())).stack))?.[0] ?? "";
  const places = [await place(makers[0]), await place(makers[1]), await place(makers[0])];
  const lines = readFileSync(__filename, "utf8").split("\n");
  for (const found of places) assert.match(lines[Number(found.split(":")[1]) - 1], /new Error\("twin"\)/);
  assert.equal(places[2], places[0]);
  assert.notEqual(places[1], places[0]);
});

test("an error of a helper names the helper's line, and of a map the item", async () => {
  const helper = (x: number): number => {
    if (x === 2) throw new RangeError("two");
    return x;
  };
  const error = (await onePool()
    .map((x: number) => helper(x), [0, 1, 2])
    .catch((reason: unknown) => reason)) as Error;
  const remote = last(error);
  assert.ok(error instanceof RangeError && remote instanceof mp.RemoteError);
  assert.match(remote.message, /item 2/);
  assert.match(String(remote.stack), /helper/);
});

test("own causes come first in the chain, and the RemoteError after them", async () => {
  const error = await thrown(() => {
    throw new Broken("outer", "p", { cause: new TypeError("inner", { cause: new SyntaxError("core") }) });
  });
  assert.deepEqual(
    [error, error.cause, error.cause.cause].map((it: Error) => it.message),
    ["outer", "inner", "core"],
  );
  assert.ok(error.cause instanceof TypeError && error.cause.cause instanceof SyntaxError);
  assert.ok(error.cause.cause.cause instanceof mp.RemoteError);
});

test("an error thrown twice, through a pool in a pool, has both RemoteErrors", async () => {
  const error = await thrown(() =>
    mp.withPool(1, (pool) =>
      pool.apply(() => {
        throw new Broken("deep", "p");
      }),
    ),
  );
  assert.ok(error instanceof Broken);
  assert.ok(error.cause instanceof mp.RemoteError && error.cause.cause instanceof mp.RemoteError);
});

test("an AggregateError keeps its errors, cycles included", async () => {
  const error = await thrown(() => {
    const inner = new RangeError("a");
    const all = new AggregateError([inner, new Broken("b", "p"), "text"], "many");
    inner.cause = all;
    throw all;
  });
  assert.ok(
    error instanceof AggregateError && error.errors[0] instanceof RangeError && error.errors[1] instanceof Broken,
  );
  assert.deepEqual([error.message, error.errors[2], error.errors[0].cause === error], ["many", "text", true]);
});

test("what is thrown need not be an error", async () => {
  for (const value of ["text", 5, undefined, null, { code: 1 }]) {
    await assert.rejects(
      async () => {
        await there((it) => {
          throw it;
        }, value);
      },
      (error: unknown) => {
        assert.deepEqual(error, value);
        return true;
      },
    );
  }
});

test("DOMExceptions and abort reasons keep their name and code", async () => {
  const error = await thrown(() => {
    throw new DOMException("stopped", "AbortError");
  });
  assert.ok(error instanceof DOMException);
  assert.deepEqual([error.name, error.message, error.code], ["AbortError", "stopped", 20]);
});

test("errors as values travel both ways with their stack and without a RemoteError", async () => {
  const error = new Broken("value", "p", { cause: "why" });
  const [back, stack] = await there((it: Broken) => [it, it.stack] as const, error);
  assert.ok(back instanceof Broken);
  assert.deepEqual([back.cause, back.stack, stack], ["why", error.stack, error.stack]);
  const frozen = await thereAndBack(Object.freeze(new Error("cold")));
  assert.ok(Object.isFrozen(frozen) && frozen.cause === undefined);
});

test("an error that holds what cannot travel keeps its class and what does travel", async () => {
  const error = await thrown(() => {
    throw Object.assign(new Broken("held", "p"), { held: new WeakMap(), kept: 1 });
  });
  assert.ok(error instanceof Broken);
  assert.deepEqual(
    [error.message, (error as Broken & { kept: number }).kept, error.part, "held" in error],
    ["held", 1, "p", false],
  );
  assert.match(last(error).message, /property `\.held`/);
});

test("an error of a class that exists in the worker only comes back as its nearest class here", async () => {
  const error = await thrown(() => {
    class Local extends RangeError {
      override name = "Local";
    }
    throw new Local("l");
  });
  assert.ok(error instanceof RangeError);
  assert.deepEqual([error.message, error.name], ["l", "Local"]);
});

test("an error of a Process says its line on stderr", async (t) => {
  const lines: string[] = [];
  t.mock.method(process.stderr, "write", (chunk: unknown) => {
    lines.push(String(chunk));
    return true;
  });
  const child = new mp.Process({
    target: function broken() {
      throw new Broken("in a process", "p");
    },
  });
  child.start();
  await child.join();
  assert.equal(child.exitCode, 1);
  assert.match(lines.join(""), /Broken: in a process[\s\S]*errors\.test\.js:\d+/);
});

test("an error whose stack was deleted has none in the worker and when it is back", async () => {
  const error = new Error("bare");
  delete error.stack;
  assert.equal(await there((it) => Object.hasOwn(it, "stack"), error), false);
  assert.equal(Object.hasOwn(await thereAndBack(error), "stack"), false);
});

test("the library knows an error by where it came from, not by its message", async (t) => {
  const words = "row 5 could not be cloned, cannot deserialize it; worker exited with code: 7";
  const error = await thrown(Function(`throw new RangeError(${JSON.stringify(words)})`) as () => never);
  assert.ok(error instanceof RangeError && error.message === words);
  const pool = makePool(t, 1, {
    initializer: Function(`throw new RangeError(${JSON.stringify(words)})`) as () => never,
  });
  const early = await errorOf(pool.apply(() => 1));
  assert.ok(early instanceof RangeError && early.message === words);
  const stray = await errorOf(
    makePool(t, 1).apply(
      (text: string) => {
        process.removeAllListeners("uncaughtException");
        setTimeout(() => {
          throw new DOMException(text, "DataCloneError");
        });
        return new Promise(() => undefined);
      },
      [words],
    ),
  );
  assert.ok(stray instanceof mp.WorkerDiedError && stray.exitCode !== 7, String(stray));
});

test("a file of one's own is not taken for the library's, wherever it lies", async (t) => {
  const folder = temporaryFolder(t);
  for (const place of [
    "lib/dist",
    "node_modules/parallel-typescript-helper",
    "my piscina/piscina",
    "parallel-typescript/dist/lib",
    "node:internal",
  ]) {
    mkdirSync(join(folder, place), { recursive: true });
    const file = join(folder, place, "mine.cjs");
    writeFileSync(file, "exports.fail = function fail() { throw new Error('mine'); };");
    const fail = (require(file) as { fail(): never }).fail;
    const error = await thrown(() => fail());
    assert.match(last(error).stack as string, new RegExp(`at fail \\(${file.replace(/\W/g, "\\$&")}:1:`), place);
    assert.doesNotMatch(last(error).stack as string, /callAll|pool.worker|worker\.js/);
    const { stderr } = await runScript(
      t,
      `const { fail } = require(${JSON.stringify(file)}); new mp.Process({ target: () => fail() }).start();`,
    );
    assert.match(stderr, /Error: mine\n\s+at fail \(.*mine\.cjs:1:/);
    assert.doesNotMatch(stderr, /child\.js|node:internal\/process/);
  }
});
