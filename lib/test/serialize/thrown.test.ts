/** Whatever a worker throws comes home with its message, its properties, its cause and the line that threw. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";
import { runInNewContext } from "node:vm";
import * as mp from "parallel-typescript";
import { temporaryFolder } from "../helpers/files";
import { onePool, there } from "../helpers/serialize";

/** What a call rejects with. */
async function thrown(fn: (...args: any[]) => unknown, ...args: unknown[]): Promise<any> {
  try {
    await onePool().apply(fn, args);
  } catch (error) {
    return error;
  }
  return assert.fail("it did not throw");
}

function last(error: any): Error {
  while (error.cause !== undefined) error = error.cause as Error;
  return error as Error;
}

function isRemote(
  error: unknown,
  words = /thrown in worker \d+ of the pool/,
  place = /thrown\.test\.js:\d+|\.[cm]js:\d+/,
): void {
  const remote = last(error);
  assert.ok(remote instanceof mp.RemoteError, String(remote));
  assert.match(remote.message, words);
  assert.match(String(remote.stack), place);
}

const folder = temporaryFolder({ after });
const SOURCE = `
  class HttpError extends TypeError {
    constructor(message, options) {
      super(message, options);
      this.name = "HttpError";
      this.code = "ERR_BAD";
      this.config = { url: "http://a.b/", headers: new Map([["x", 1]]), adapter() {}, timeout: 5 };
      this.request = process.stdout;
      this.status = 404;
    }
    get message2() { return this.message; }
  }
  class Unnamed extends RangeError {}
  class Told extends Error {
    #issues = ["first", "second"];
    constructor() { super(); }
    get message() { return this.#issues.join(", "); }
  }
`;
const COMMON = join(folder, "client.cjs");
const MODULE = join(folder, "client.mjs");
writeFileSync(COMMON, `${SOURCE} module.exports = { HttpError, Unnamed, Told };`);
writeFileSync(MODULE, `${SOURCE} export { HttpError, Unnamed, Told };`);

for (const file of [COMMON, MODULE]) {
  const url = pathToFileURL(file).href;
  const fail = async (from: string, what: string, cause?: unknown): Promise<never> => {
    // As the compiler leaves no import() in a CommonJS module.
    const classes = await (
      Function("url", "return import(url)") as (
        url: string,
      ) => Promise<Record<string, new (message: string, options?: object) => Error>>
    )(from);
    throw new classes[what]("no", cause === undefined ? undefined : { cause });
  };

  test(`an error whose class only the worker has loaded comes as one of the nearest class, with all that travels: ${file.slice(-4)}`, async () => {
    const error = await thrown(fail, url, "HttpError");
    assert.equal(error instanceof TypeError, true);
    assert.deepEqual([error.name, error.message, error.code, error.status], ["HttpError", "no", "ERR_BAD", 404]);
    assert.deepEqual(error.config, { url: "http://a.b/", headers: new Map([["x", 1]]), timeout: 5 });
    assert.equal("request" in error, false);
    assert.match(error.stack, /^TypeError: no\n|^HttpError: no\n/);
    isRemote(error, /`HttpError`.*cannot be had here/);
    assert.match(last(error).message, /property `\.request`.*stream/);
    assert.match(last(error).message, /property `\.adapter`/);
  });

  test(`such a class that has no name of its own, that is told by a getter, or that is a cause: ${file.slice(-4)}`, async () => {
    const unnamed = await thrown(fail, url, "Unnamed");
    assert.ok(unnamed instanceof RangeError);
    assert.deepEqual([unnamed.name, unnamed.message, Object.keys(unnamed)], ["Unnamed", "no", []]);
    const told = await thrown(fail, url, "Told");
    assert.deepEqual([told.name, told.message, told instanceof Error], ["Told", "first, second", true]);
    isRemote(told);
    const outer = await thrown(
      async (from: string, inner: typeof fail) => {
        try {
          await inner(from, "HttpError");
        } catch (cause) {
          throw new AggregateError([cause, new SyntaxError("other")], "all", { cause });
        }
      },
      url,
      fail,
    );
    assert.ok(
      outer instanceof AggregateError && outer.errors[0] === outer.cause && outer.errors[1] instanceof SyntaxError,
    );
    assert.deepEqual(
      [outer.message, (outer.cause as any).name, (outer.cause as any).status],
      ["all", "HttpError", 404],
    );
    isRemote(outer);
  });
}

class Known extends RangeError {
  extra = 1;
  constructor(message: string) {
    super(message);
    this.name = "Known";
  }
}

test("a class of the worker's own that extends one of here is one of that", async () => {
  const error = await thrown(() => {
    class Mine extends Known {
      more = 2;
    }
    throw new Mine("m");
  });
  assert.ok(error instanceof Known);
  assert.deepEqual([error.message, error.name, error.extra, (error as any).more], ["m", "Known", 1, 2]);
  isRemote(error, /`Mine`/);
});

test("messages, names and properties that are getters are told as they look; those that throw are left out", async () => {
  const error = await thrown(() => {
    const broken = new Error("plain");
    Object.defineProperty(broken, "message", { get: () => "got", enumerable: true });
    Object.defineProperty(broken, "name", { get: () => "Named" });
    Object.defineProperty(broken, "fails", {
      get: () => {
        throw new Error("never");
      },
      enumerable: true,
    });
    Object.defineProperty(broken, "works", { get: () => [1], enumerable: true });
    throw broken;
  });
  assert.deepEqual([error.message, error.name, error.works, "fails" in error], ["got", "Named", [1], false]);
  isRemote(error, /property `\.fails`.*never/);
});

class Validation extends Error {
  constructor(readonly issues: string[]) {
    super();
  }
  override get message(): string {
    return this.issues.join(" and ");
  }
}
class Sealed extends Error {
  #why: string;
  constructor(why: string) {
    super("sealed");
    this.#why = why;
    globalThis.process.emit("custom" as never);
  }
  get why(): string {
    return this.#why;
  }
}
let made = 0;
class Counted extends Error {
  #id = ++made;
  get id(): number {
    return this.#id;
  }
}

test("a class of here with a message that is a getter, with private members", async () => {
  const validation = await thrown(() => {
    throw new Validation(["a", "b"]);
  });
  assert.ok(
    validation instanceof Validation && validation.message === "a and b" && !Object.hasOwn(validation, "message"),
  );
  isRemote(validation);
  const partly = await thrown(() => {
    throw Object.assign(new Validation(["a"]), { held: new WeakMap() });
  });
  assert.ok(partly instanceof Validation && partly.message === "a");
  const sealed = await thrown(() => {
    throw new Sealed("w");
  });
  assert.deepEqual([sealed instanceof Error, sealed.name, sealed.message], [true, "Sealed", "sealed"]);
  isRemote(sealed, /`Sealed`/);
  const counted = await thrown(() => {
    throw Object.assign(new Counted("c"), { kept: 1 });
  });
  assert.deepEqual(
    [counted.message, counted.name, counted.kept, counted instanceof Error, made],
    ["c", "Counted", 1, true, 0],
  );
  isRemote(counted, /`Counted`/);
});

test("DOMExceptions, AbortErrors and TimeoutErrors have a RemoteError after their own causes", async () => {
  const aborted = await thrown(() => {
    throw new DOMException("stopped", { name: "AbortError", cause: new RangeError("why") });
  });
  assert.ok(aborted instanceof DOMException && aborted.cause instanceof RangeError);
  assert.deepEqual([aborted.name, aborted.message, aborted.code], ["AbortError", "stopped", 20]);
  isRemote(aborted);
  const timeout = await thrown(async () => {
    const signal = AbortSignal.timeout(1);
    await new Promise((resolve) => setTimeout(resolve, 20));
    signal.throwIfAborted();
  });
  assert.ok(timeout instanceof DOMException && timeout.name === "TimeoutError");
  isRemote(timeout, /thrown in/, /^/);
  const waited = await thrown(async () => {
    await once(new EventTarget(), "x", { signal: AbortSignal.abort() });
  });
  assert.deepEqual([waited.name, waited.code, waited instanceof Error], ["AbortError", "ABORT_ERR", true]);
  isRemote(waited);
  const mine = await thrown(() => {
    class Halt extends DOMException {
      level = 3;
    }
    throw new Halt("h", "AbortError");
  });
  assert.deepEqual([mine instanceof DOMException, mine.name, mine.message, mine.level], [true, "AbortError", "h", 3]);
  if ("QuotaExceededError" in globalThis) {
    const quota = await thrown(() => {
      throw new (globalThis as any).QuotaExceededError("full", { quota: 1, requested: 2 });
    });
    assert.deepEqual([quota.name, quota.message, quota instanceof Error], ["QuotaExceededError", "full", true]);
    isRemote(quota);
  }
});

test("errors of Node's and of the language's own classes keep their class and code", async () => {
  const argument = await thrown(() => Buffer.alloc("x" as never));
  assert.deepEqual(
    [Object.getPrototypeOf(argument) === TypeError.prototype, argument.code],
    [true, "ERR_INVALID_ARG_TYPE"],
  );
  isRemote(argument);
  assert.doesNotMatch(last(argument).message, /came home/);
  const wasm = await thrown(() => new (globalThis as any).WebAssembly.Module(new Uint8Array(3)));
  assert.ok(wasm instanceof (globalThis as any).WebAssembly.CompileError);
  const settled = (await there(() =>
    Promise.allSettled([
      Promise.reject(new (globalThis as any).WebAssembly.RuntimeError("trap")),
      (async () => Buffer.alloc("x" as never))(),
    ]),
  )) as PromiseRejectedResult[];
  assert.ok(
    settled[0].reason instanceof (globalThis as any).WebAssembly.RuntimeError &&
      settled[1].reason instanceof TypeError &&
      (settled[1].reason as any).code === "ERR_INVALID_ARG_TYPE",
  );
  const url = await thrown(() => new URL("nowhere"));
  assert.deepEqual([url instanceof TypeError, url.code, url.input], [true, "ERR_INVALID_URL", "nowhere"]);
});

test("stacks that are getters, causes in circles, frozen errors, causes that are no errors", async () => {
  const stack = await thrown(() => {
    throw Object.defineProperty(new Error("s"), "stack", {
      get: () => {
        throw new Error("never");
      },
    });
  });
  assert.equal(stack.message, "s");
  assert.ok(last(stack) instanceof mp.RemoteError);
  const told = await thrown(() => {
    throw Object.defineProperty(new Error("s"), "stack", { get: () => "Error: told\n    at nowhere.js:1:1" });
  });
  assert.equal(told.stack, "Error: told\n    at nowhere.js:1:1");
  const circle = await thrown(() => {
    const one = new Error("one");
    const two = new Error("two", { cause: one });
    one.cause = two;
    throw one;
  });
  assert.ok(circle.message === "one" && circle.cause.message === "two" && circle.cause.cause === circle);
  const frozen = await thrown(() => {
    throw Object.freeze(Object.assign(new RangeError("f"), { kept: Object.freeze([1]) }));
  });
  assert.ok(frozen instanceof RangeError && Object.isFrozen(frozen) && Object.isFrozen((frozen as any).kept));
  isRemote(frozen);
  const noError = await thrown(() => {
    throw new Error("n", { cause: "why" });
  });
  assert.equal(noError.cause, "why");
  const data = await thrown(() => {
    throw new Error("n", { cause: { code: 5 } });
  });
  assert.deepEqual(data.cause, { code: 5 });
  isRemote(data);
});

test("errors of another vm context, and ones of old classes that never call Error", async () => {
  for (const name of ["Error", "RangeError", "TypeError", "SyntaxError", "AggregateError"]) {
    const error = await thrown((kind: string) => {
      throw runInNewContext(
        `Object.assign(new ${kind}(${kind === "AggregateError" ? "[new RangeError('in')], " : ""}"m"), { own: [1], when: new Date(5) })`,
      );
    }, name);
    assert.equal(Object.getPrototypeOf(error), (globalThis as any)[name].prototype);
    assert.deepEqual([error.message, error.own, error.when], ["m", [1], new Date(5)]);
    if (name === "AggregateError") assert.ok(error.errors[0] instanceof RangeError);
    assert.ok(last(error) instanceof mp.RemoteError);
    assert.doesNotMatch(last(error).message, /came home/);
  }
  const old = await thrown(() => {
    function Legacy(this: any, message: string): void {
      this.message = message;
      Error.captureStackTrace(this);
    }
    Legacy.prototype = Object.create(Error.prototype, { constructor: { value: Legacy }, name: { value: "Legacy" } });
    throw new (Legacy as any)("old");
  });
  assert.deepEqual([old.message, old.name, old instanceof Error], ["old", "Legacy", true]);
  assert.match(old.stack, /thrown\.test\.js/);
  isRemote(old);
});

test("what is no error, or cannot be looked into, comes as itself or in words", async () => {
  for (const value of [null, undefined, 0, "text", 5n, Symbol.for("s"), { code: 1, list: [new Map()] }]) {
    await assert.rejects(
      onePool().apply(
        (it) => {
          throw it;
        },
        [value],
      ),
      (error: unknown) => {
        assert.deepEqual(error, value);
        return true;
      },
    );
  }
  const words: [fn: () => unknown, message: RegExp][] = [
    [
      () => {
        throw () => 1;
      },
      /thrown: \[Function/,
    ],
    [
      () => {
        throw Promise.resolve(5);
      },
      /thrown: Promise/,
    ],
    [
      () => {
        throw { code: 1, held: new WeakMap() };
      },
      /thrown: \{ code: 1, held: WeakMap/,
    ],
    [
      () => {
        throw new WeakSet();
      },
      /thrown: WeakSet/,
    ],
    [
      () => {
        class Result {
          status = 1;
        }
        throw new Result();
      },
      /thrown: Result \{ status: 1 \}/,
    ],
    [
      () => {
        const { proxy, revoke } = Proxy.revocable({}, {});
        revoke();
        throw proxy;
      },
      /^What was thrown cannot be read; that failed with: TypeError: .*revoked/,
    ],
  ];
  for (const [fn, message] of words) {
    const error = await thrown(fn);
    assert.equal(error instanceof TypeError, true);
    assert.match(error.message, message);
    assert.ok(last(error) instanceof mp.RemoteError);
  }
  const proxy = await thrown(() => {
    throw new Proxy(new RangeError("behind"), {});
  });
  assert.deepEqual([proxy.message, proxy.name, proxy instanceof Error], ["behind", "RangeError", true]);
  isRemote(proxy, /Proxy/, /^/);
  const hostile = await thrown(() => {
    throw {
      get message() {
        throw new Error("no");
      },
      toString() {
        throw new Error("no");
      },
      [Symbol.toStringTag]: 1,
    };
  });
  assert.ok(hostile instanceof TypeError);
});

test("an initializer's error, a queue's reader's and a process's are told alike", async () => {
  const pool = new mp.Pool(1, {
    initializer: () => {
      throw new DOMException("early", "AbortError");
    },
  });
  const early = (await pool.apply(() => 1).catch((error: unknown) => error)) as Error;
  assert.ok(early instanceof DOMException && early.message === "early");
  isRemote(early, /initializer/);
  await pool.terminate();
});
