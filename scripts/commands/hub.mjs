import { existsSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { DATA_FILE } from "../data/description.mjs";
import { inRoot, root } from "../setup/checkout.mjs";
import { registerKernel } from "../setup/kernelspec.mjs";
import { say } from "../setup/log.mjs";
import { run } from "../setup/run.mjs";
import { setUp } from "../setup/setup.mjs";
import { UserError } from "../setup/userError.mjs";

const USAGE = "npm run hub -- --prefix /opt/tljh/user, or the environment that your users' servers run in.";

/**
 * Registers the kernel of this checkout in an environment that all users of a hub have, and makes what the kernel needs. The users have one copy of packages and books,
 * this one, which they only read. Resolves with the exit code.
 */
export async function main(args) {
  const prefix = readPrefix(args);
  for (const path of [root, process.execPath]) requireOpen(path);
  await setUp(["packages", "library", "books"]);
  for (const path of [inRoot("node_modules", "tslab", "package.json"), inRoot("lib", "dist", "index.js"), DATA_FILE])
    requireOpen(path);
  registerKernel({ prefix });
  await tryKernel(prefix);
  say(`Users get the notebooks by: node ${inRoot("scripts", "copy.mjs")} parallel-typescript`);
  return 0;
}

function readPrefix(args) {
  let values;
  try {
    ({ values } = parseArgs({ args, options: { prefix: { type: "string" } } }));
  } catch (error) {
    throw new UserError(error.message, USAGE);
  }
  if (values.prefix === undefined) throw new UserError("Where do the users of this hub have Jupyter?", USAGE);
  const prefix = resolve(process.env.INIT_CWD ?? ".", values.prefix);
  if (!existsSync(prefix)) throw new UserError(`There is no folder ${prefix}.`, USAGE);
  return prefix;
}

/** Throws UserError when others than the owner may not read the file, or may not go to it. Windows has no such bits. */
function requireOpen(path) {
  if (process.platform === "win32") return;
  for (let each = path; ; each = dirname(each)) {
    const stats = statSync(each);
    const bits = stats.isDirectory() ? 0o5 : 0o4;
    if ((stats.mode & bits) !== bits) {
      throw new UserError(
        `Other users cannot read ${each}.`,
        "Install Node for all users, clone the lesson where all may read, such as /opt/parallel-typescript, and run this again (with umask 022).",
      );
    }
    if (each === dirname(each)) return;
  }
}

/** A first start keeps the compiler's code for all later ones, which their users may not write. */
async function tryKernel(prefix) {
  const python = join(prefix, "bin", "python");
  if (!existsSync(python)) return;
  const env = { ...process.env, JUPYTER_PREFER_ENV_PATH: "1" };
  const { code, output } = await run(
    python,
    [inRoot("scripts", "setup", "try_kernel.py"), inRoot("notebooks"), "1 + 1"],
    { env },
  );
  if (code !== 0) {
    throw new UserError(
      `The kernel did not start by ${python}.`,
      "Read the last lines. The environment must have jupyter_client, as that of every hub has.",
      output.trimEnd().split("\n").slice(-5).join("\n"),
    );
  }
  say("The kernel was tried: it runs.");
}
