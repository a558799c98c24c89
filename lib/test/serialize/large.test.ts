/** Messages of very many parts: neither depth nor number has a limit. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { onePool, there, thereAndBack } from "../helpers/serialize";

test("a chain of a hundred thousand objects arrives", async () => {
  interface Link {
    next?: Link;
    fn?: () => number;
  }
  const chain = (last: Link): Link => {
    let head = last;
    for (let i = 0; i < 100_000; i++) head = { next: head };
    return head;
  };
  const length = (link: Link | undefined): number => {
    let n = 0;
    for (; link !== undefined; link = link.next) n++;
    return n;
  };
  assert.equal(await there(length, chain({})), 100_001);
  assert.equal(await there(length, chain({ fn: () => 1 })), 100_001);
  assert.equal(length(await thereAndBack(chain({}))), 100_001);
});

test("a chain of ten thousand closures arrives", async () => {
  let chain = (): number => 0;
  for (let i = 0; i < 10_000; i++) {
    const before = chain;
    chain = () => before() * 0 + i;
  }
  assert.equal(await there(() => chain.length), 0);
});

test("ten thousand functions in one list travel at once", async () => {
  const list = Array.from({ length: 10_000 }, (_, index) => () => index);
  assert.equal(await there(() => list.reduce((sum, fn) => sum + fn(), 0)), 49_995_000);
});

test("lists in lists, thousands deep and each of many items, travel", async () => {
  let list: unknown[] = [() => 1];
  for (let depth = 0; depth < 6000; depth++) list = [list, ...Array<number>(12).fill(depth)];
  const found = await onePool().apply(
    (outer: unknown[]) => {
      let depth = 0;
      for (let inner = outer; Array.isArray(inner[0]); inner = inner[0] as unknown[]) depth++;
      return depth;
    },
    [list],
  );
  assert.equal(found, 6000);
});
