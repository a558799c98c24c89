/** The WebAssembly itself, byte for byte against the same in plain words. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import * as mp from "parallel-typescript";

declare const WebAssembly: {
  Memory: new (size: { initial: number }) => { readonly buffer: ArrayBuffer };
  Module: new (code: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { readonly exports: unknown };
};

const FOUND = 2 * 65536;
const memory = new WebAssembly.Memory({ initial: 6 });
const code = readFileSync(join(__dirname, "../../dist/words/counters/sieve.wasm"));
const instance = new WebAssembly.Instance(new WebAssembly.Module(code), { caller: { memory } });
const { sift } = instance.exports as { sift(at: number, end: number, found: number): number };
const bytes = new Uint8Array(memory.buffer);

/** What sieve.wat promises, one byte at a time. */
function siftPlainly(at: number, end: number): number[] {
  const alike = (byte: number) => (byte > 0x7f || byte < 0x21 ? 0x21 : byte);
  const found: number[] = [];
  for (let place = at; place < at + Math.ceil((end - at) / 16) * 16; place++) {
    const low = bytes[place] % 16;
    if (bytes[low] === alike(bytes[place - 1]) && bytes[16 + low] === alike(bytes[place + 1])) found.push(place);
  }
  return found;
}

test("the SIMD sieve finds the same bytes as the plain one", () => {
  const random = mp.seededRandom("sieve");
  let most = 0;
  for (let round = 0; round < 400; round++) {
    const alphabet = random.choice([
      Array.from({ length: 256 }, (_, byte) => byte),
      [0x20, 0x61, 0x71],
      [0x21, 0x61, 0xe9, 0x20, 0x85],
      [0x61],
    ]);
    const at = 65536 + random.randint(0, 40);
    const size = random.choice([1, 15, 16, 17, 100, 1000]);
    for (let place = at - 1; place < at + size + 17; place++) bytes[place] = random.choice(alphabet);
    for (let low = 0; low < 32; low++)
      bytes[low] = random.randint(0, 3) === 0 ? 0 : random.choice([0x21, 0x61, 0x71, random.randint(0, 255)]);
    const number = (sift(at, at + size, FOUND) - FOUND) / 4;
    assert.deepEqual([...new Uint32Array(memory.buffer, FOUND, number)], siftPlainly(at, at + size), `round ${round}`);
    most = Math.max(most, number);
  }
  assert.ok(most >= 1000, `once nearly everything goes through: ${most}`);
});
