import { compile } from "../setup/library.mjs";

/** Resolves with the compiler's exit code. */
export function main() {
  return compile("lib", "exercises", "lib/test");
}
