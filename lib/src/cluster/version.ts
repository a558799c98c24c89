/** The version of this library. Pools and machines of different versions do not work together: what they say to each other may have changed. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PACKAGE } from "../base/ownFiles";
import type { Hello } from "./protocol";

let version: string | undefined;

export function libraryVersion(): string {
  version ??= (JSON.parse(readFileSync(join(PACKAGE, "package.json"), "utf8")) as { version: string }).version;
  return version;
}

/** Why a machine may not work for this program; undefined where it may. */
export function whyRefused({ name, library, node }: Hello): string | undefined {
  const here = libraryVersion();
  return library === here
    ? undefined
    : `The machine ${name} was refused: it has parallel-typescript ${library} (Node ${node}), and this program has ${here} (Node ${process.versions.node}). Install the same version on both.`;
}
