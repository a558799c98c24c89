// The compilers that programs with this library may be written for: this checkout's own, and others that are fetched once, on request.
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { inRoot } from "./checkout.mjs";
import { runNpm } from "./packages.mjs";
import { during } from "./log.mjs";

const folder = inRoot(".cache", "compilers");
const versions = ["5.0.4", "5.9.3", "7.0.2"];
const nameOf = (version) => `typescript-${version}`;

/** Each compiler's version and its `tsc`; undefined for one that is not there. */
export const compilers = [
  { version: "6.0.3", tsc: inRoot("node_modules", "typescript", "bin", "tsc") },
  ...versions.map((version) => ({ version, tsc: ifThere(`${folder}/node_modules/${nameOf(version)}/bin/tsc`) })),
];

function ifThere(file) {
  return existsSync(file) ? file : undefined;
}

/** Fetches those that are not there. */
export async function fetchCompilers() {
  if (compilers.every(({ tsc }) => tsc !== undefined)) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    `${folder}/package.json`,
    JSON.stringify({
      private: true,
      dependencies: Object.fromEntries(versions.map((version) => [nameOf(version), `npm:typescript@${version}`])),
    }),
  );
  await during("Fetching other versions of TypeScript (about 70 MB)", () =>
    runNpm(folder, "install", "--no-audit", "--no-fund", "--ignore-scripts"),
  );
}
