import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { inRoot } from "../setup/checkout.mjs";

/**
 * Copies notebooks into a new folder that git ignores and JupyterLab shows, and returns its path from the root of the project. Nothing there is ever written over.
 *
 * @param {readonly string[]} paths from the root of the project; what is not there is left out
 */
export function backUp(paths, now = new Date()) {
  const day = now.toISOString().slice(0, 19).replaceAll(":", "").replace("T", "-");
  const names = [day, ...Array.from({ length: 99 }, (_, index) => `${day}-${index + 2}`)];
  const folder = names.map((name) => inRoot("notebooks", "my-work", name)).find((name) => !existsSync(name));
  if (folder === undefined) throw new Error(`There are a hundred copies of ${day} in notebooks/my-work.`);
  mkdirSync(folder, { recursive: true });
  for (const path of paths) if (existsSync(inRoot(path))) copyFileSync(inRoot(path), join(folder, basename(path)));
  return relative(inRoot(), folder);
}
