// The books that are read, in a folder of their own: npm run data makes them, the same on every machine.
import { existsSync, mkdirSync, statfsSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { freemem } from "node:os";
import { join } from "node:path";
import { inRoot } from "../setup/checkout.mjs";

const FOLDER = inRoot(".cache", "bench");
const LARGEST = 10 * 2 ** 30;

/** The path of a file of so many bytes, which is made when it is missing, and has just been read. */
export function fileFor(size, python) {
  mkdirSync(FOLDER, { recursive: true });
  const path = join(FOLDER, `books-${size}.bin`);
  execFileSync(process.execPath, [inRoot("scripts", "data.mjs"), "--size", String(size), "--out", path], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  execFileSync(python, [inRoot("scripts", "bench", "recache.py"), path], { stdio: "inherit" });
  return path;
}

/** Why the largest files cannot be measured here, in half a sentence; undefined when they can. */
export function whyNotLarge() {
  const inGB = (bytes) => `${Math.floor(bytes / 1e9)} GB`;
  mkdirSync(FOLDER, { recursive: true });
  const disk = statfsSync(FOLDER);
  const missing = [4 * 2 ** 30, LARGEST]
    .filter((size) => !existsSync(join(FOLDER, `books-${size}.bin`)))
    .reduce((sum, size) => sum + size, 0);
  if (disk.bavail * disk.bsize < missing + 1e9) return `because they need ${inGB(missing)} of disk`;
  // From memory they are read as fast as can be; from a disk it would be the disk that is measured.
  if (freemem() < LARGEST + 1e9)
    return `because ${inGB(LARGEST)} of free memory are needed to keep them at hand, and here are ${inGB(freemem())}`;
  return undefined;
}
