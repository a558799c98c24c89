import { backUp } from "../lesson/backup.mjs";
import { changedFiles, git } from "../lesson/git.mjs";
import { say } from "../setup/log.mjs";
import { UserError } from "../setup/userError.mjs";

/** Puts notebooks back as the lesson has them, with a copy of the learner's. Without a name it only tells which have changed. Resolves with the exit code. */
export async function main(args) {
  const names = git("ls-files", "-z", "notebooks").split("\0");
  const all = names.filter((path) => /^notebooks\/[^/]+\.ipynb$/.test(path));
  const changed = changedFiles().filter((path) => all.includes(path));
  if (args.length === 0) {
    say(
      changed.length === 0
        ? "No notebook has changed."
        : `These notebooks have changed: ${changed.map(nameOf).join(", ")}.`,
    );
    say("npm run reset -- 02-pool puts one of them back, npm run reset -- all every one. A copy of yours is kept.");
    return 0;
  }
  const wanted = args.includes("all") ? all : args.map((name) => find(name, all));
  const paths = changed.filter((path) => wanted.includes(path));
  if (paths.length === 0) {
    say("Nothing to do: this is as the lesson has it.");
    return 0;
  }
  const folder = backUp(paths);
  git("checkout", "HEAD", "--", ...paths);
  say(`As the lesson has ${paths.length === 1 ? "it" : "them"} again: ${paths.map(nameOf).join(", ")}.`);
  say(
    `Yours ${paths.length === 1 ? "is" : "are"} in ${folder}. If JupyterLab has the notebook open, choose File → Reload Notebook from Disk.`,
  );
  return 0;
}

const nameOf = (path) => path.replace(/^notebooks\/|\.ipynb$/g, "");

/** "2", "02", "02-pool" and "notebooks/02-pool.ipynb" are one notebook. */
function find(name, all) {
  const short = nameOf(name.replaceAll("\\", "/"));
  const found = all.find((path) => nameOf(path) === short || nameOf(path).startsWith(`${short.padStart(2, "0")}-`));
  if (found !== undefined) return found;
  throw new UserError(
    `There is no notebook "${name}" in the lesson.`,
    `Choose from ${all.map(nameOf).join(", ")}, or all.`,
  );
}
