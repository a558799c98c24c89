import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { inRoot, lessonNotebooks } from "../setup/checkout.mjs";
import { say } from "../setup/log.mjs";
import { ask } from "../setup/run.mjs";
import { UserError } from "../setup/userError.mjs";

/** What a notebook finds beside its own folder. */
const SHARED = ["node_modules", "data"];

/** Puts the notebooks into a folder; what is there already stays as it is. Resolves with the exit code. */
export async function main([folder, ...others]) {
  if (folder === undefined || folder.startsWith("-") || others.length > 0)
    throw new UserError("Where shall the notebooks be?", "Name one folder: npm run copy -- parallel-typescript");
  const target = resolve(process.env.INIT_CWD ?? ".", folder);
  const notebooks = join(target, "notebooks");
  mkdirSync(notebooks, { recursive: true });
  for (const name of readdirSync(inRoot("notebooks"))) {
    if (name.startsWith(".") || (name.endsWith(".ipynb") && !lessonNotebooks().includes(name))) continue;
    cpSync(inRoot("notebooks", name), join(notebooks, name), { recursive: true, force: false });
  }
  for (const name of SHARED)
    if (!existsSync(join(target, name))) symlinkSync(inRoot(name), join(target, name), "junction");
  // Without it, JupyterLab shows saved charts as text until a cell is run.
  ask("jupyter", ["trust", ...lessonNotebooks().map((name) => join(notebooks, name))]);
  say(`The notebooks are in ${notebooks}.`);
  return 0;
}
