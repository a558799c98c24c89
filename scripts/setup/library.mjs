// The compiled library, lib/dist, and the exercises of the lesson, exercises/dist.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { assemble, isAssembled } from "./assembleWasm.mjs";
import { inRoot } from "./checkout.mjs";
import { run } from "./run.mjs";
import { during } from "./log.mjs";
import { UserError } from "./userError.mjs";
import { hasBundle, writeBundles } from "./bundles.mjs";

const stamp = inRoot("lib", "dist", ".built");
/** What the notebooks import. */
const PROJECTS = ["lib", "exercises"];
const isCompiled = (project) => existsSync(inRoot(project, "dist", "index.js"));

/** A hash over everything that the result depends on. */
function fingerprint() {
  const sources = PROJECTS.flatMap((project) =>
    readdirSync(inRoot(project, "src"), { recursive: true, withFileTypes: true }),
  )
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath ?? entry.path}/${entry.name}`);
  const settings = ["", ...PROJECTS].map((project) => inRoot(project, "tsconfig.json"));
  settings.push(inRoot("package-lock.json"));
  const hash = createHash("sha256");
  for (const file of [...sources.sort(), ...settings]) hash.update(`\n${file}\n`).update(readFileSync(file));
  return hash.digest("hex");
}

/** Whether both were compiled, without an error, from the sources as they are now. */
export function libraryIsBuilt() {
  const isThere = PROJECTS.every(isCompiled) && isAssembled() && hasBundle(inRoot("lib", "dist")) && existsSync(stamp);
  return isThere && readFileSync(stamp, "utf8") === fingerprint();
}

/**
 * Runs the compiler's build mode over folders of this checkout, the library's among them, with its complaints on the screen,
 * and before it the assembler; resolves with the compiler's exit code.
 */
export async function compile(...folders) {
  const compiler = inRoot("node_modules", "typescript", "bin", "tsc");
  const before = fingerprint();
  // The compiler trusts its own notes, even when the files that it once wrote are gone.
  const anew = existsSync(stamp) && PROJECTS.every(isCompiled) ? [] : ["--force"];
  await assemble();
  const { code } = await run(process.execPath, [compiler, "-b", ...anew, ...folders], { cwd: inRoot(), show: true });
  if (code === 0) {
    await writeBundles(inRoot("lib", "dist"));
    writeFileSync(stamp, before);
  }
  return code;
}

/** Compiles both; throws UserError when the compiler complains. */
export async function buildLibrary() {
  const code = await during("Building the library", () => compile(...PROJECTS));
  if (code === 0) return;
  throw new UserError(
    "The library does not compile; the lines above say why.",
    "Undo your changes under lib/ and exercises/ (git status lists them), then run this again.",
  );
}
