import { copyFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { backUp } from "../lesson/backup.mjs";
import { changedFiles, git, gitAgrees } from "../lesson/git.mjs";
import { mergeNotebooks } from "../lesson/mergeNotebooks.mjs";
import { inRoot } from "../setup/checkout.mjs";
import { during, say } from "../setup/log.mjs";
import { UserError } from "../setup/userError.mjs";

const isNotebook = (path) => /^notebooks\/[^/]+\.ipynb$/.test(path);

/** Brings the newest version of the lesson, and keeps what the learner has changed in its notebooks. Resolves with the exit code. */
export async function main() {
  if (!gitAgrees("rev-parse", "--verify", "--quiet", "@{upstream}"))
    throw new UserError(
      "This clone does not know where newer versions come from: its branch has no upstream.",
      "Choose the branch of the lesson: git switch main",
    );
  await during("Looking for a newer version", async () => git("fetch", "--quiet"));
  if (gitAgrees("merge-base", "--is-ancestor", "@{upstream}", "HEAD")) {
    say("This is the newest version of the lesson.");
    return 0;
  }
  const changed = checkChanges();
  const coming = git("diff", "--name-only", "-z", "HEAD", "@{upstream}").split("\0");
  const both = changed.filter((path) => coming.includes(path));
  const merged = both.map(mergeOf);
  const folder = both.length > 0 ? backUp(both) : undefined;
  try {
    if (both.length > 0) git("checkout", "HEAD", "--", ...both);
    git("merge", "--ff-only", "--quiet", "@{upstream}");
  } catch (error) {
    // As it was before.
    for (const path of both) if (folder !== undefined) restore(path, folder);
    throw error;
  }
  for (const { path, text } of merged) if (text !== undefined) writeFileSync(inRoot(path), text);
  tell(merged, folder);
  return 0;
}

/** The notebooks that the learner has changed. Throws UserError when more than notebooks has changed, or was committed. */
function checkChanges() {
  if (!gitAgrees("merge-base", "--is-ancestor", "HEAD", "@{upstream}"))
    throw new UserError(
      "You have committed changes of your own to this clone, so a newer version cannot simply take its place.",
      "Bring the two together with git: git pull --rebase",
    );
  const changed = changedFiles();
  const others = changed.filter((path) => !isNotebook(path));
  if (others.length > 0)
    throw new UserError(
      `You have changed more than notebooks: ${others.slice(0, 5).join(", ")}${others.length > 5 ? ", ..." : ""}.`,
      "Commit these changes, or undo them with git checkout, then run this again.",
    );
  return changed;
}

/** The text that a notebook is to have; undefined for one that the learner has deleted or broken, or that is gone in the newer version. */
function mergeOf(path) {
  const gone = !gitAgrees("cat-file", "-e", `@{upstream}:${path}`);
  const mine = existsSync(inRoot(path)) ? parse(readFileSync(inRoot(path), "utf8")) : undefined;
  if (gone || mine === undefined) return { path, lost: [] };
  const [base, theirs] = ["HEAD", "@{upstream}"].map((version) => JSON.parse(git("show", `${version}:${path}`)));
  const { notebook, lost } = mergeNotebooks(base, mine, theirs);
  return { path, lost, text: `${JSON.stringify(notebook, null, 1)}\n` };
}

function parse(text) {
  try {
    const notebook = JSON.parse(text);
    return Array.isArray(notebook.cells) ? notebook : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function restore(path, folder) {
  const kept = inRoot(folder, basename(path));
  if (existsSync(kept)) copyFileSync(kept, inRoot(path));
}

function tell(merged, folder) {
  say(
    `The lesson is up to date (${git("log", "-1", "--format=%cs").trim()}). Run npm start, which installs what has changed.`,
  );
  for (const { path, lost, text } of merged) {
    const what =
      text === undefined
        ? "is the new one"
        : lost.length === 0
          ? "is new, with your cells in it"
          : `is new; ${lost.length} of your cells stood where the lesson has changed, and ${lost.length === 1 ? "is" : "are"} only in your copy`;
    say(`  ${basename(path)} ${what}.`);
  }
  if (folder !== undefined)
    say(`Your notebooks as they were are in ${join(folder)}. Which exercises you have solved is kept, too.`);
}
