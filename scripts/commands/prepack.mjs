import { cpSync, writeFileSync } from "node:fs";
import { relative } from "node:path";
import { filesBesideBundles } from "../setup/bundles.mjs";
import { inRoot } from "../setup/checkout.mjs";
import { setUp } from "../setup/setup.mjs";

/** Resolves with 0, or throws UserError. */
export async function main() {
  await setUp(["packages", "library"]);
  const dist = inRoot("lib", "dist");
  // Loaded when the packages are there.
  const { writeForBundlers } = await import("../setup/inBundle.mjs");
  await writeForBundlers(dist);
  const { default: typescript } = await import("typescript");
  const types = publicTypes(typescript, dist);
  // What the bundles have is for our tests, and the compiler needs all types, so they stay, and npm leaves them out.
  const files = [...types, ...filesBesideBundles(dist), "modules.js"];
  const ignored = ["*.d.ts", "*.js", ...files.map((file) => `!${file === "modules.js" ? "" : "/"}${file}`), ""];
  writeFileSync(inRoot("lib", "dist", ".npmignore"), ignored.join("\n"));
  for (const name of ["LICENSE", "CHANGELOG.md"]) cpSync(inRoot(name), inRoot("lib", name));
  return 0;
}

/** The files to which the types of the library's names lead. */
function publicTypes({ createProgram, ModuleKind, ModuleResolutionKind }, dist) {
  const options = { module: ModuleKind.Node16, moduleResolution: ModuleResolutionKind.Node16, noLib: true, types: [] };
  const files = createProgram([`${dist}/index.d.ts`], options).getSourceFiles();
  return files
    .map(({ fileName }) => relative(dist, fileName).replaceAll("\\", "/"))
    .filter((file) => !/^\.\.|:/.test(file));
}
