/** Files for the tests of files: temporary ones, adversarial contents, and what Python finds in them. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { Random } from "parallel-typescript";

/** A folder (with a space and a letter beyond ASCII in its name) that is gone after the test, or after the tests of a file. */
export function temporaryFolder(t: { after(remove: () => void): void }): string {
  const folder = mkdtempSync(join(tmpdir(), "parallel typescript é "));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function temporaryFile(t: TestContext, contents: string | Uint8Array): string {
  const path = join(temporaryFolder(t), "text.bin");
  writeFileSync(path, typeof contents === "string" ? Buffer.from(contents, "latin1") : contents);
  return path;
}

/** Python's answer, as JSON, to a program that reads its input as JSON. */
export function python(program: string, input: unknown): any {
  const command = process.platform === "win32" ? "python" : "python3";
  const output = execFileSync(command, ["-c", `import json, sys\ninput = json.load(sys.stdin)\n${program}`], {
    input: JSON.stringify(input),
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  return JSON.parse(output);
}

export const SEPARATORS = [0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x1c, 0x1d, 0x1e, 0x1f, 0x20, 0x85, 0xa0];
/** Bytes that other languages, encodings or older Pythons take for space, or that could be mistaken for their neighbours. */
const NEARLY = [0x00, 0x08, 0x0e, 0x1b, 0x21, 0x7f, 0x80, 0x84, 0x86, 0x9f, 0xa1, 0xff];

/** Words, near misses, runs of separators and random bytes, of about `size` bytes; with long words if asked for. */
export function adversarialBytes(random: Random, words: readonly string[], size: number): Uint8Array {
  const pieces: Buffer[] = [];
  let length = 0;
  const add = (bytes: Uint8Array) => {
    pieces.push(Buffer.from(bytes));
    length += bytes.length;
  };
  while (length < size) {
    const word = Buffer.from(random.choice(words), "latin1");
    const kind = random.randint(0, 9);
    if (kind < 4) add(word);
    else if (kind === 4) add(Buffer.concat([word, Buffer.of(random.choice(NEARLY))]));
    else if (kind === 5) add(Buffer.concat([Buffer.of(random.choice(NEARLY)), word]));
    else if (kind === 6) add(word.subarray(0, random.randint(0, word.length)));
    else if (kind === 7) add(Buffer.concat([word, word]));
    else if (kind === 8) add(Buffer.from(Array.from({ length: random.randint(1, 30) }, () => random.randint(0, 255))));
    const separators = random.randint(0, 19) === 0 ? 0 : random.choice([1, 1, 1, 2, 5]);
    for (let count = 0; count < separators; count++) add(Buffer.of(random.choice(SEPARATORS)));
  }
  return Buffer.concat(pieces);
}
