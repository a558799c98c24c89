// What is asked of git: what the lesson's files were, and what they are at their source.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { inRoot } from "../setup/checkout.mjs";
import { recognise, UserError } from "../setup/userError.mjs";

/** What git printed. Throws UserError where there is no git, this folder is no clone, or git fails. */
export function git(...args) {
  const answer = askGit(...args);
  if (answer.status === 0) return answer.stdout;
  throw (
    recognise("git", answer.stderr) ??
    new UserError(
      `git ${args[0]} failed with exit code ${answer.status}.`,
      "Read its last lines, mend what they name and run the same command again.",
      answer.stderr.trim().split("\n").slice(-20).join("\n"),
    )
  );
}

/** Whether git says yes to a question. */
export const gitAgrees = (...args) => askGit(...args).status === 0;

function askGit(...args) {
  if (!existsSync(inRoot(".git"))) {
    throw new UserError(
      "This folder is no clone of the lesson: it has no folder .git, so nobody knows what its files were.",
      "Fetch the lesson anew by git clone, and copy your notebooks over.",
    );
  }
  // Its words are read here, so they must not depend on the language of this machine.
  const env = { ...process.env, LC_ALL: "C" };
  const answer = spawnSync("git", args, { cwd: inRoot(), encoding: "utf8", maxBuffer: 2 ** 30, env });
  if (answer.error === undefined) return answer;
  throw /** @type {NodeJS.ErrnoException} */ (answer.error).code === "ENOENT"
    ? new UserError("git was not found.", "Install git (git-scm.com, or your system's packages), then run this again.")
    : answer.error;
}

/** The paths of files of the lesson that differ from what git has of them, deleted ones too; new files are not among them. */
export function changedFiles() {
  return git("diff", "--name-only", "-z", "HEAD").split("\0").filter(Boolean);
}
