import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import * as mp from "parallel-typescript";
import { isRunning, runScript, until } from "../helpers/pool";

const posix = { skip: process.platform === "win32" };

/** Runs a target to its end; its exit code. */
async function exitCodeOf(
  t: TestContext,
  target: (...args: any[]) => unknown,
  ...args: unknown[]
): Promise<number | null> {
  const child = new mp.Process({ target, args });
  child.start();
  t.after(() => child.kill());
  await child.join();
  return child.exitCode;
}

test("messages that a target sends to its parent itself are ignored", { timeout: 60_000 }, async (t) => {
  const { code, stdout, stderr } = await runScript(
    t,
    `
    const said = [null, 5, "hi", {}, [1], { is: "queue" }, { is: "queue", verb: "get" }, { is: "queue", verb: "put", queue: "none", item: 5, request: 1 }, { is: "answer" }, { is: "here" }];
    (async () => {
      const children = said.map((message) => new mp.Process({ target: (message) => { process.send(message); }, args: [message] }));
      for (const child of children) { child.start(); await child.join(); }
      console.log(children.map((child) => child.exitCode).join(""));
    })();`,
  );
  assert.deepEqual({ code, stdout, stderr }, { code: 0, stdout: `${"0".repeat(10)}\n`, stderr: "" });
});

test("items that another program forged are an error of get(), and the queue goes on", async (t) => {
  const queue = new mp.Queue<string>();
  await exitCodeOf(
    t,
    (q: mp.Queue) => {
      const send = process.send?.bind(process) as (message: object) => void;
      let id: unknown;
      process.send = ((message: { queue?: unknown }) => {
        id ??= message.queue;
        send(message);
        return true;
      }) as never;
      void q.put("first");
      for (const item of ["garbage", 5, null, new Uint8Array(0), new Uint8Array([1, 2, 3])])
        send({ is: "queue", verb: "put", queue: id, request: 1000, item });
    },
    queue,
  );
  await queue.put("last");
  assert.equal(await queue.get(), "first");
  for (let i = 0; i < 5; i++)
    await assert.rejects(queue.get({ timeout: 1000 }), (error: Error) => error.name !== "TimeoutError");
  assert.equal(await queue.get(), "last");
});

test("a process whose streams are closed, broken or taken away ends as it should (_TestProcess.test_error_on_stdio_flush_1, _2)", async (t) => {
  const ways: (() => void)[] = [
    () => {
      process.stdout.end();
      process.stderr.end();
      console.log("after the end");
    },
    () => {
      process.stdout.destroy();
      process.stderr.destroy();
    },
    () => {
      for (const name of ["stdout", "stderr"]) Object.defineProperty(process, name, { value: null });
    },
    () => {
      const fs = require("node:fs") as typeof import("node:fs");
      fs.closeSync(1);
      fs.closeSync(2);
    },
    () => {
      process.stdout.write = process.stderr.write = (() => {
        throw new Error("mine");
      }) as never;
    },
  ];
  for (const way of ways) {
    const queue = new mp.Queue<number>();
    assert.equal(
      await exitCodeOf(
        t,
        async (q: mp.Queue, breakThem: () => void) => {
          breakThem();
          await q.put(1);
        },
        queue,
        way,
      ),
      0,
    );
    assert.equal(await queue.get(), 1);
  }
});

test("a process that redirects its output writes there", async (t) => {
  const { stdout, stderr } = await runScript(
    t,
    `
    const child = new mp.Process({ target: () => { process.stdout.write = (text) => process.stderr.write("[" + text.trim() + "]"); console.log("said"); } });
    child.start();
    child.join().then(() => console.log("joined", child.exitCode));`,
  );
  assert.deepEqual([stdout, stderr], ["joined 0\n", "[said]"]);
});

test("the beginning of a line is shown when its process is killed in the middle", posix, async (t) => {
  const { stdout } = await runScript(
    t,
    `
    const child = new mp.Process({ target: () => { process.stdout.write("whole\\nhalf a li"); setTimeout(() => process.kill(process.pid, "SIGKILL"), 50); } });
    child.start();
    child.join().then(() => console.log("|joined", child.exitCode));`,
  );
  assert.equal(stdout, "whole\nhalf a li|joined -9\n");
});

test(
  "when the middle one of three processes is killed, the inner one goes and the outer one goes on",
  { ...posix, timeout: 20_000 },
  async (t) => {
    const pids = new mp.Queue<number>();
    const inner = (q: mp.Queue): void => {
      void q.put(process.pid);
      setImmediate(() => {
        for (;;);
      });
    };
    const middle = async (q: mp.Queue, target: typeof inner): Promise<void> => {
      await q.put(process.pid);
      const child = new mp.Process({ target, args: [q] });
      child.start();
      await child.join();
    };
    const outer = async (q: mp.Queue, target: typeof middle, innermost: typeof inner): Promise<void> => {
      const child = new mp.Process({ target, args: [q, innermost] });
      child.start();
      await child.join();
      process.exitCode = -(child.exitCode as number);
    };
    const ended = exitCodeOf(t, outer, pids, middle, inner);
    const [middlePid, innerPid] = [await pids.get(), await pids.get()];
    process.kill(middlePid, "SIGKILL");
    assert.equal(await ended, 9);
    await until(() => !isRunning(innerPid));
  },
);

for (const signal of ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"]) {
  test(
    `when a program is ended by ${signal}, its processes are gone: those that spin, that fill a queue, and that wait at one`,
    { ...posix, timeout: 20_000 },
    async (t) => {
      let pids: number[] = [];
      const ended = await runScript(
        t,
        `
      (async () => {
        const [told, full, empty] = [new mp.Queue(), new mp.Queue(1), new mp.Queue()];
        const targets = [
          (told) => { told.put(process.pid); setImmediate(() => { for (;;); }); },
          async (told, full) => { await told.put(process.pid); for (;;) await full.put(1); },
          async (told, full, empty) => { await told.put(process.pid); await empty.get(); },
        ];
        for (const target of [...targets, ...targets]) new mp.Process({ target, args: [told, full, empty] }).start();
        const pool = new mp.Pool(2);
        pool.map(() => { for (;;); }, [1, 2]);
        const pids = [];
        while (pids.length < 6) pids.push(await told.get());
        console.log("pids " + pids.join(" ") + " end");
        await empty.get();
      })();`,
        {
          onOutput: (text, pid) => {
            const list = /pids ([\d ]+) end/.exec(text)?.[1];
            if (list === undefined || pids.length > 0) return;
            pids = list.split(" ").map(Number);
            process.kill(pid, signal);
          },
        },
      );
      t.after(() => pids.filter(isRunning).forEach((pid) => process.kill(pid, "SIGKILL")));
      assert.equal(ended.signal, signal);
      assert.equal(pids.length, 6, ended.stderr);
      await until(() => !pids.some(isRunning));
    },
  );
}

test("a process does not keep its target when it has started (_TestProcess.test_lose_target_ref)", async (t) => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const start = (): { child: mp.Process; seen: WeakRef<object> } => {
    const target = (): void => {
      process.exitCode = 10;
    };
    const child = new mp.Process({ target });
    child.start();
    return { child, seen: new WeakRef(target) };
  };
  const { child, seen } = start();
  t.after(() => child.kill());
  await child.join();
  await sleep(1);
  collect();
  assert.deepEqual([child.exitCode, seen.deref()], [10, undefined]);
});

test("2,000 waits for one process, most of which give up", async (t) => {
  const queue = new mp.Queue();
  const child = new mp.Process({ target: (q: mp.Queue) => q.get(), args: [queue] });
  child.start();
  t.after(() => child.kill());
  const waits = mp.range(2000).map((i) => child.join(i % 10 === 0 ? undefined : { timeout: i % 5 }));
  await Promise.all(waits.filter((_, i) => i % 10 !== 0));
  assert.equal(child.isAlive(), true);
  await queue.put(1);
  await Promise.all(waits);
  assert.equal(child.exitCode, 0);
});

test(
  "a process that was halted does not answer terminate(), but kill(); join() with a timeout comes back meanwhile",
  { ...posix, timeout: 20_000 },
  async (t) => {
    const queue = new mp.Queue();
    const child = new mp.Process({
      target: async (q: mp.Queue) => {
        await q.put(1);
        await new Promise((resolve) => setTimeout(resolve, 1e6));
      },
      args: [queue],
    });
    child.start();
    t.after(() => child.kill());
    await queue.get();
    process.kill(child.pid as number, "SIGSTOP");
    child.terminate();
    await child.join({ timeout: 200 });
    assert.equal(child.isAlive(), true);
    child.kill();
    await child.join();
    assert.equal(child.exitCode, -9);
  },
);
