import assert from "node:assert/strict";
import { test } from "node:test";
import { runScript } from "../helpers/pool";

/** What a program of one's own would print: text in every encoding, bytes, and a letter cut in two. */
const PRINTS = `
  process.stdout.write("6869c3a4", "hex");
  process.stdout.write("aGnDpA==", "base64");
  process.stdout.write("aGnDpA", "base64url");
  process.stdout.write("hi\\u00c3\\u00a4", "latin1");
  process.stdout.write("\\u6968", "utf16le");
  process.stdout.write("hi\\u00e4", "utf-8");
  process.stdout.write(Buffer.from([0xc3]));
  process.stdout.write(new Uint8Array(new Uint16Array([0x41a4]).buffer));
  process.stdout.write("!", "ascii", () => process.stdout.write("called\\n"));
`;

for (const [where, start] of [
  [
    "a worker",
    "const pool = new mp.Pool(1); pool.apply(prints).then(() => pool.apply(() => 1)).then(() => pool.terminate());",
  ],
  ["a process", "new mp.Process({ target: prints }).start();"],
]) {
  test(`what ${where} writes in any encoding is printed as a program of its own would print it`, async (t) => {
    const expected = (await runScript(t, PRINTS)).stdout;
    assert.equal(expected, "hiähiähiähiähihiääA!called\n");
    assert.equal((await runScript(t, `const prints = () => { ${PRINTS} };\n${start}`)).stdout, expected);
  });
}
