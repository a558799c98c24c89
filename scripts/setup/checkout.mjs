// Where things are in this checkout, and whether it can take more of them.
import { existsSync, mkdtempSync, readdirSync, rmSync, statfsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { recognise, UserError } from "./userError.mjs";

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const inRoot = (...names) => join(root, ...names);

/** The names of the lesson's own notebooks, in order, such as "02-pool.ipynb": those with numbers, and the gallery of mistakes. Others in the folder are somebody else's. */
export function lessonNotebooks() {
  const folder = inRoot("notebooks");
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names.filter((name) => /^(\d\d-[\w-]+|mistakes)\.ipynb$/.test(name)).sort();
}

/** Throws UserError unless files can be made in this folder and `bytes` are free on its disk. */
export function requireRoom(bytes) {
  try {
    rmSync(mkdtempSync(inRoot(".try-")), { recursive: true });
  } catch (error) {
    throw recognise("This command", `${error.code}`) ?? error;
  }
  const disk = statfsSync(root);
  const free = disk.bavail * disk.bsize;
  if (free >= bytes) return;
  const inMB = (n) => `${Math.floor(n / 1e6)} MB`;
  throw new UserError(
    `The disk is too full: ${inMB(free)} are free, and what is still to be installed needs about ${inMB(bytes)}.`,
    "Free some space on the disk of this folder, then run the same command again.",
  );
}
