// JupyterLab draws the saved charts of a notebook only when it trusts the notebook. The lesson's own come in the same folder as
// the programs that run them, so they are trusted from the start; the signatures are kept in the environment, none of the user's own.
import { join } from "node:path";
import { inRoot, lessonNotebooks } from "./checkout.mjs";
import { run } from "./run.mjs";
import { say } from "./log.mjs";

/** Where JupyterLab finds the signatures, as options of its command line. */
export function trustOptions({ prefix }) {
  const file = (name) => join(prefix, "share", "jupyter", name);
  return [
    `--NotebookNotary.db_file=${file("lesson-signatures.db")}`,
    `--NotebookNotary.secret_file=${file("lesson-secret")}`,
  ];
}

/** Signs the lesson's notebooks as they are now; where that fails, only their saved charts are missing. */
export async function trustNotebooks(environment) {
  const files = lessonNotebooks().map((name) => inRoot("notebooks", name));
  if (files.length === 0) return;
  const { code } = await run(environment.python, ["-m", "nbformat.sign", ...trustOptions(environment), ...files]);
  if (code !== 0)
    say(
      "The notebooks could not be signed: until you run them, or choose File → Trust Notebook, their charts are shown as text.",
    );
}
