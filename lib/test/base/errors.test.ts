import assert from "node:assert/strict";
import { test } from "node:test";
import * as mp from "parallel-typescript";

test("each error class has its own name and the right base class", () => {
  for (const name of [
    "RemoteError",
    "TimeoutError",
    "SerializationError",
    "WorkerDiedError",
    "PoolClosedError",
  ] as const) {
    const error = new mp[name]("why");
    assert.equal(error.name, name);
    assert.equal(String(error), `${name}: why`);
    assert.ok(error instanceof Error);
    assert.deepEqual(Object.keys(error), name === "WorkerDiedError" ? ["exitCode"] : []);
  }
  assert.ok(new mp.SerializationError("x") instanceof TypeError);
  assert.equal(new mp.WorkerDiedError("x", { exitCode: 9 }).exitCode, 9);
});
