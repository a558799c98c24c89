import { existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { inRoot, lessonNotebooks } from "../setup/checkout.mjs";
import { jupyterVariables } from "../setup/kernelspec.mjs";
import { askedPort, optionValue, requireFreePort } from "../setup/port.mjs";
import { run } from "../setup/run.mjs";
import { say } from "../setup/log.mjs";
import { setUp } from "../setup/setup.mjs";
import { trustNotebooks, trustOptions } from "../setup/trustNotebooks.mjs";
import { UserError } from "../setup/userError.mjs";

/** Resolves with JupyterLab's exit code. */
export async function main(args) {
  if (process.getuid?.() === 0 && !args.includes("--allow-root")) {
    throw new UserError(
      "JupyterLab does not start for the user root unless told to.",
      "Run npm start as another user, or, where root is all there is, npm start -- --allow-root",
    );
  }
  const port = askedPort(args);
  if (port) await requireFreePort(port, optionValue(args, "--ip", "--ServerApp.ip") ?? "localhost");
  const environment = await setUp();
  say(`Everything is in place (${environment.prefix}).`);
  await trustNotebooks(environment);
  say("Starting JupyterLab. Ctrl-C in this window ends it.");
  const { code } = await run(
    environment.python,
    ["-m", "jupyterlab", ...ourArguments(args, port, environment), ...args],
    { env: { ...jupyterVariables(), ...withoutNews() }, show: true },
  );
  return code;
}

/** JupyterLab asks everybody whether they want its news, in a box over the page. The folder has our default for that; what a user has set goes before it. */
function withoutNews() {
  const folders = [inRoot("scripts", "setup", "jupyter"), process.env.JUPYTER_CONFIG_PATH];
  return { JUPYTER_CONFIG_PATH: folders.filter((folder) => folder).join(delimiter) };
}

/** JupyterLab takes an option once only, so ours give way to the same ones of the command line. */
function ourArguments(args, port, environment) {
  const ours = [];
  if (!optionValue(args, "--notebook-dir", "--ServerApp.root_dir"))
    ours.push(`--ServerApp.root_dir=${inRoot("notebooks")}`, ...firstOpen(args, environment));
  // Without this, JupyterLab would answer a port taken meanwhile by quietly choosing another.
  if (port && !optionValue(args, "--port-retries", "--ServerApp.port_retries")) ours.push("--ServerApp.port_retries=0");
  if (!optionValue(args, "--NotebookNotary.db_file", "--NotebookNotary.secret_file"))
    ours.push(...trustOptions(environment));
  return ours;
}

/** The first time JupyterLab opens the first notebook, later what was open before: for that the lesson has a workspace of its own. */
function firstOpen(args, { prefix }) {
  const theirs = optionValue(args, "--LabApp.workspaces_dir") ?? process.env.JUPYTERLAB_WORKSPACES_DIR;
  const folder = theirs ?? join(prefix, "share", "jupyter", "lesson-workspaces");
  const ours = theirs === undefined ? [`--LabApp.workspaces_dir=${folder}`] : [];
  const [first] = lessonNotebooks();
  const isFirst = !existsSync(folder) || readdirSync(folder).length === 0;
  if (isFirst && first !== undefined && !optionValue(args, "--LabApp.default_url", "--ServerApp.default_url"))
    ours.push(`--LabApp.default_url=/lab/tree/${first}`);
  return ours;
}
