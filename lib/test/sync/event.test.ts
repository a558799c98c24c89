import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { pressStop } from "../helpers/interrupt";
import * as mp from "parallel-typescript";
import { count, errorOf, makePool, sharedCells, until } from "../helpers/pool";
import { startProcess } from "../helpers/process";

test("set, clear, isSet (EventTests.test_is_set, test_repr, _TestEvent.test_repr)", () => {
  const event = new mp.Event();
  const seen = [event.isSet()];
  for (const act of ["set", "set", "clear", "clear"] as const) {
    event[act]();
    seen.push(event.isSet());
  }
  assert.deepEqual(seen, [false, true, true, false, false]);
  assert.equal(inspect(event), "Event { isSet: false }");
});

test("all who wait go on, again after clear() (EventTests.test_notify, test_set_and_clear)", async () => {
  const event = new mp.Event();
  for (let round = 0; round < 2; round++) {
    const waits = mp.range(5).map(() => event.wait());
    event.set();
    event.clear();
    assert.deepEqual(await Promise.all(waits), [true, true, true, true, true]);
  }
  assert.equal(event.isSet(), false);
});

test("false when time is up, true at once when it is set (EventTests.test_timeout, _TestEvent.test_event)", async (t) => {
  const event = new mp.Event();
  assert.deepEqual([await event.wait({ timeout: 0 }), await event.wait({ timeout: 5 })], [false, false]);
  assert.equal(event.waitSync({ timeout: 0 }), false);
  assert.throws(() => event.waitSync(), /await event.wait\(\)/);
  const child = startProcess(t, (each: mp.Event) => each.set(), event);
  assert.equal(await event.wait(), true);
  assert.deepEqual([await event.wait({ timeout: 0 }), event.waitSync(), event.isSet()], [true, true, true]);
  await child.join();
});

test("an abort and Stop end a wait", async () => {
  const event = new mp.Event();
  const control = new AbortController();
  const waits = [errorOf(event.wait({ signal: control.signal })), errorOf(event.wait())];
  control.abort(new Error("enough"));
  pressStop();
  assert.deepEqual(
    (await Promise.all(waits)).map((error) => (error as Error).name),
    ["Error", "Interrupted"],
  );
});

test("a task in a loop that never awaits sees it, and may set it and see that at once", async (t) => {
  const pool = makePool(t, 2);
  const [stop, begun] = [new mp.Event(), new mp.Event()];
  const looping = pool.apply(() => {
    begun.set();
    while (!stop.isSet());
    return stop.isSet();
  });
  assert.equal(await begun.wait(), true);
  stop.set();
  assert.equal(await looping, true);
  const seen = await pool.apply(() => {
    stop.clear();
    const cleared = stop.isSet();
    stop.set();
    return [cleared, stop.isSet()];
  });
  assert.deepEqual([seen, stop.isSet()], [[false, true], true]);
});

test("set() ends the waits before it and none after clear(), also where its message comes later than both", async (t) => {
  const pool = makePool(t, 1);
  const event = new mp.Event();
  await pool.ready;
  const before = event.wait({ timeout: 1 });
  const setting = pool.apply(() => event.set());
  const until = performance.now() + 5;
  // The message is read when this thread is free again, and time is up by then.
  while (!event.isSet() || performance.now() < until);
  event.clear();
  const after = event.wait();
  assert.equal(await before, true);
  await setting;
  assert.equal(await Promise.race([after, new Promise((resolve) => setImmediate(resolve, "waits"))]), "waits");
  event.set();
  assert.equal(await after, true);
});

test("tasks and processes wait in both forms, and all go on", async (t) => {
  const pool = makePool(t, 2);
  const event = new mp.Event();
  const cells = sharedCells(1);
  const queue = new mp.Queue<boolean>();
  const tasks = pool.map(
    (n) => {
      count(cells, 0);
      return n === 0 ? event.waitSync() : event.wait();
    },
    [0, 1],
    { chunkSize: 1 },
  );
  const child = startProcess(
    t,
    async (each: mp.Event, told: mp.Queue<boolean>) => {
      await told.put(each.isSet());
      await told.put(each.waitSync({ timeout: 1 }));
      await told.put(await each.wait({ timeout: 1 }));
      const waiting = each.wait();
      await told.put(each.waitSync());
      await told.put(await waiting);
      await told.put(each.isSet());
      each.clear();
      await told.put(each.isSet());
    },
    event,
    queue,
  );
  for (let i = 0; i < 3; i++) assert.equal(await queue.get(), false);
  await until(() => cells[0] === 2);
  event.set();
  assert.deepEqual(await tasks, [true, true]);
  assert.deepEqual(
    [await queue.get(), await queue.get(), await queue.get(), await queue.get()],
    [true, true, true, false],
  );
  await child.join();
  assert.deepEqual([child.exitCode, event.isSet()], [0, false]);
});
