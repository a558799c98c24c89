import { test } from "node:test";
import { dieWithLocks } from "../helpers/deaths";

test("1,000 deaths while locks are held, and nobody waits for ever", { timeout: 600_000 }, (t) =>
  dieWithLocks(t, 1000, 1),
);
