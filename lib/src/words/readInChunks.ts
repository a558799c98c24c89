/** Files as bytes: opening, and reading in pieces of even size; nothing here knows what the bytes mean. */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { needNode } from "../base/runtime";
import { checkChunkSize } from "../base/chunkSize";
import { describe } from "../base/errors";
import { readOptions } from "../base/options";
import { onStop, uninterrupted } from "../base/interrupt";

/** As in the Python lesson. */
export const DEFAULT_CHUNK_SIZE = 256 * 1024;

/** Node refuses to read 2 GiB or more at once. */
const LARGEST_READ = 2 ** 30;

/** Node 20 holds no more in one array. */
const LARGEST_CHUNK = 2 ** 32;

/** What readInChunks may be told. */
export interface ReadOptions {
  /** Bytes of a piece, a positive integer; 256 KiB when left out. */
  chunkSize?: number | undefined;
}

/**
 * A file in pieces of `chunkSize` bytes, the last one shorter; each is a buffer of its own, so it can be kept or
 * transferred. The file is closed when the loop ends, however it ends. Every error comes with the first piece asked for.
 *
 * @param path relative to the folder of the running notebook or program, or absolute
 * @param options `chunkSize` in bytes, 256 KiB by default
 * @throws RangeError when chunkSize is no positive integer; Error when the file cannot be read
 * @example
 * for (const chunk of readInChunks("books.txt")) console.log(chunk.length); // 262144, 262144, ..., 1789
 */
export function readInChunks(path: string, options?: ReadOptions): Generator<Uint8Array> {
  needNode("readInChunks");
  const reader: Reader = { file: undefined };
  const chunks = read(path, options, reader);
  forgotten.register(chunks, reader);
  readers.add(chunks);
  return chunks;
}

const readers = new WeakSet<object>();

/** Did `readInChunks` make that, so that nobody but its reader has what it gives? */
export function readsChunks(items: unknown): boolean {
  return readers.has(items as object);
}

interface Reader {
  file: number | undefined;
}
/** Where Stop ends a loop over chunks, nobody tells the generator. */
const forgotten = new FinalizationRegistry(close);

function* read(path: string, options: ReadOptions | undefined, reader: Reader): Generator<Uint8Array> {
  const { chunkSize = DEFAULT_CHUNK_SIZE } = readOptions<ReadOptions>("readInChunks", options, {
    chunkSize: checkChunkSize,
  });
  if (chunkSize > LARGEST_CHUNK)
    throw new RangeError(
      `chunkSize must be ${LARGEST_CHUNK} at the most, but is ${describe(chunkSize)}. The pieces of a large file are meant to be small.`,
    );
  uninterrupted(() => {
    reader.file = openFile(path);
  });
  try {
    for (;;) {
      // Not filled with zeros first.
      const chunk = new Uint8Array(Buffer.allocUnsafeSlow(chunkSize).buffer);
      const length = readFully(reader.file as number, chunk);
      if (length === chunkSize) yield chunk;
      else {
        if (length > 0) yield chunk.slice(0, length);
        return;
      }
    }
  } finally {
    uninterrupted(() => close(reader));
  }
}

function close(reader: Reader): void {
  if (reader.file === undefined) return;
  closeSync(reader.file);
  reader.file = undefined;
}

/** What `use` makes of an open file; it must not wait. The file is closed afterwards, also when Stop ends `use`, which no `finally` is told of. */
export function withFile<T>(path: unknown, use: (file: number) => T): T {
  const reader: Reader = { file: undefined };
  const end = (): void => {
    forget();
    close(reader);
  };
  const forget = onStop(end);
  try {
    uninterrupted(() => {
      reader.file = openFile(path);
    });
    return use(reader.file as unknown as number);
  } finally {
    uninterrupted(end);
  }
}

/** Opens a file for reading, or throws an error that says what stands in the way; its `code` is Node's. */
function openFile(path: unknown): number {
  if (typeof path !== "string") throw new TypeError(`A path must be a string, but is ${describe(path)}.`);
  if (path.includes("\0"))
    throw new TypeError(`A path cannot hold the character with the code 0, but ${describe(path)} does.`);
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") {
      throw withCode(
        code,
        `There is no file ${JSON.stringify(path)} (ENOENT). A relative path starts at ${JSON.stringify(process.cwd())}: check it, or give an absolute one.`,
        error,
      );
    }
    if (code === "EISDIR") throw folderError(path, error);
    throw error;
  }
  if (!fstatSync(file).isDirectory()) return file;
  closeSync(file);
  throw folderError(path);
}

function folderError(path: string, cause?: unknown): Error {
  return withCode(
    "EISDIR",
    `${JSON.stringify(path)} is a folder, not a file (EISDIR). Give the path of a file in it.`,
    cause,
  );
}

function withCode(code: string, message: string, cause: unknown): Error {
  return Object.assign(new Error(message, cause === undefined ? undefined : { cause }), { code });
}

/** Fills the buffer from the file, and tells how many bytes it got: fewer only at the end of the file. */
export function readFully(file: number, buffer: Uint8Array, position: number | null = null): number {
  let filled = 0;
  while (filled < buffer.length) {
    const wanted = Math.min(buffer.length - filled, LARGEST_READ);
    const got = readSync(file, buffer, filled, wanted, position === null ? null : position + filled);
    if (got === 0) break;
    filled += got;
  }
  return filled;
}
