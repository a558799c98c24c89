/** A large file that is either there as a whole or not at all. */
import { createHash } from "node:crypto";
import { open, readdir, rename, rm, statfs, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { UserError } from "../setup/userError.mjs";
import { descriptionPath } from "./description.mjs";
import { formatSize } from "./size.mjs";

/**
 * Writes the blocks to a temporary file beside `file`, then puts it and its description in the place of the old ones.
 * On any error, and when `signal` aborts, the old ones stay and the temporary file goes.
 *
 * @param file where to
 * @param size bytes that the blocks will have together, to see beforehand whether they fit
 * @param blocks a (possibly asynchronous) iterable of bytes; each is done with before the next is asked for
 * @param describe what to write beside it, given { size, sha256 } once all blocks are written
 * @throws UserError when the disk is too small or gets full
 */
export async function replaceFile({ file, size, blocks, describe, signal }) {
  const description = descriptionPath(file);
  const parts = [file, description].map((path) => `${path}.${process.pid}.part`);
  try {
    await removeLeftovers(file);
    await checkSpace(dirname(file), size);
    const contents = describe(await writeBlocks(parts[0], blocks, signal));
    await writeFile(parts[1], `${JSON.stringify(contents, null, 2)}\n`);
    // Without its description a file counts as missing: should all stop between two of these lines, it is built anew.
    await rm(description, { force: true });
    await rename(parts[0], file);
    await rename(parts[1], description);
    return contents;
  } catch (error) {
    throw explain(error, dirname(file));
  } finally {
    for (const part of parts) await rm(part, { force: true });
  }
}

const SMALLER = "Make room, give a smaller --size, or another place with --out.";

function explain(error, folder) {
  switch (error.code) {
    case "ENOSPC":
    case "EDQUOT":
      return new UserError("The disk got full while the file was being written.", SMALLER);
    case "ENOENT":
    case "ENOTDIR":
      return new UserError(`There is no folder "${folder}".`, "Make it first, or give another place with --out.");
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return new UserError(
        `The file may not be written in "${folder}" (${error.code}).`,
        "Get the right to write there, close programs that have it open, or give another place with --out.",
      );
    default:
      return error;
  }
}

async function writeBlocks(part, blocks, signal) {
  const handle = await open(part, "w");
  try {
    const hash = createHash("sha256");
    let size = 0;
    for await (const block of blocks) {
      signal?.throwIfAborted();
      const written = handle.writeFile(block);
      hash.update(block); // while the block is on its way to the disk
      await written;
      size += block.length;
    }
    signal?.throwIfAborted();
    await handle.datasync();
    return { size, sha256: hash.digest("hex") };
  } finally {
    await handle.close();
  }
}

/** A build that was killed could not clean up; one that still runs, under its process id, is left alone. */
async function removeLeftovers(file) {
  const names = new Set([basename(file), basename(descriptionPath(file))]);
  for (const entry of await readdir(dirname(file))) {
    const [, name, pid] = /^(.*)\.(\d+)\.part$/.exec(entry) ?? [];
    if (names.has(name) && !isRunning(Number(pid))) await rm(join(dirname(file), entry), { force: true });
  }
}

function isRunning(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === "EPERM"; // somebody else's process
  }
}

async function checkSpace(folder, size) {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (size <= free) return;
  throw new UserError(
    `The disk is too small: the file needs ${formatSize(size)}, but only ${formatSize(free)} are free in "${folder}".`,
    SMALLER,
  );
}
