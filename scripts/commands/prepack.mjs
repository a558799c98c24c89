import { cpSync } from "node:fs";
import { inRoot } from "../setup/checkout.mjs";
import { setUp } from "../setup/setup.mjs";

/** Resolves with 0, or throws UserError. */
export async function main() {
  await setUp(["packages", "library"]);
  // Loaded when the packages are there.
  const { writeForBundlers } = await import("../setup/inBundle.mjs");
  await writeForBundlers(inRoot("lib", "dist"));
  for (const name of ["LICENSE", "CHANGELOG.md"]) cpSync(inRoot(name), inRoot("lib", name));
  return 0;
}
