/**
 * Where the library runs: which Node it needs, what other runtimes lack, and which of Node's options stand in its way. The first that is loaded, in
 * syntax that Node 14.18 can read.
 */
import { existsSync } from "node:fs";

/** The library's package.json. */
export const manifest = require("../../package.json") as {
  engines: { node: string };
  peerDependencies: Record<"@observablehq/plot" | "linkedom", string>;
};

/** "Node 20.19.0", "Bun 1.4.5", "Deno 2.9.6". */
const RUNTIME = process.versions.bun
  ? `Bun ${process.versions.bun}`
  : process.versions.deno
    ? `Deno ${process.versions.deno}`
    : `Node ${process.versions.node}`;
export const isNode = RUNTIME.startsWith("Node ");

interface Bound {
  /** Only within this major version. */
  readonly within: boolean;
  readonly major: number;
  readonly minor: number;
}
/** "^20.19.0 || >=22.12.0" */
const bounds: Bound[] = manifest.engines.node.split("||").map((part) => {
  const [, sign, major, minor] = /(\^|>=)(\d+)\.(\d+)\.0/.exec(part) as RegExpExecArray;
  return { within: sign === "^", major: Number(major), minor: Number(minor) };
});

/** Why the library does not run on that version of Node; undefined where it does. */
export function whyNot(version: string): string | undefined {
  const [major = NaN, minor = NaN] = version.split(".").map(Number);
  const fits = bounds.some((bound) =>
    major === bound.major ? minor >= bound.minor : major > bound.major && !bound.within,
  );
  const wanted = bounds.map(
    (bound) => `${bound.major}.${bound.minor} ${bound.within ? `or a newer ${bound.major}` : "or newer"}`,
  );
  return fits
    ? undefined
    : `parallel-typescript needs Node ${wanted.join(", or ")}, and this is Node ${version}: install a current one and run this again.`;
}

const refusal = isNode ? whyNot(process.versions.node) : undefined;
if (refusal !== undefined) throw new Error(refusal);

const { permission } = process as { permission?: { has(scope: string, path?: string): boolean } };
const FLAGS = { worker: "--allow-worker", child: "--allow-child-process", inspector: "--allow-inspector" };

/** Throws unless `what` can be had here: it needs Node, and of Node's permission model these. */
export function needNode(what: string, ...permissions: (keyof typeof FLAGS)[]): void {
  if (!isNode) throw new Error(`${what} needs Node, and this is ${RUNTIME}: run the program with node instead.`);
  const missing =
    permission === undefined ? [] : permissions.filter((scope) => !permission.has(scope)).map((scope) => FLAGS[scope]);
  if (missing.length === 0) return;
  const unknown = missing.find((flag) => !process.allowedNodeEnvironmentFlags.has(flag));
  const remedy =
    unknown === undefined
      ? `Start Node with ${missing.join(" ")}, too`
      : `Node ${process.versions.node} does not know ${unknown}, so run the program with a newer Node, or without --permission`;
  throw new Error(`${what} is not allowed by Node's permission model. ${remedy}.`);
}

/** May this program read closures through V8's inspector? */
export function canReadClosures(): boolean {
  return isNode && permission?.has("inspector") !== false;
}

/** Is there such a file, as far as Node's permission model lets us see? */
export function isThere(path: string): boolean {
  return permission?.has("fs.read", path) !== false && existsSync(path);
}
