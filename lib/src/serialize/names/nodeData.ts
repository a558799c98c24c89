/**
 * Plain data of Node's own classes, as `fs.stat` gives them. No export leads to some of these classes, nor to the symbols under which they keep
 * some of their data: both are found on a sample, here and over there.
 */
import { dirname } from "node:path";
import { types } from "node:util";
import { registerName, registeredName } from "./registry";

type Files = typeof import("node:fs");
const files = (): Files => require("node:fs") as Files;
const mark = (): object => new (PerformanceMark as unknown as new (name: string) => object)("sample");

const MAKERS = new Map<string, () => object>([
  ["Stats", () => files().statSync(process.execPath)],
  ["BigIntStats", () => files().statSync(process.execPath, { bigint: true })],
  ["StatFs", () => files().statfsSync(process.execPath)],
  ["Dirent", () => files().readdirSync(dirname(process.execPath), { withFileTypes: true })[0]],
  ["PerformanceMark", mark],
  ["PerformanceMeasure", mark],
]);
/** Classes whose objects are their properties, however Node hides them. */
export const NODE_DATA = new Set([...MAKERS.keys(), "StatsBase", "PerformanceEntry", "Url"]);

interface Sample {
  readonly prototype: object;
  /** Its symbols, by what they say. */
  readonly symbols: Readonly<Record<string, symbol>>;
}
const made = new Map<string, Sample>();

/** The samples, each made when it is asked for. */
export const samples: Readonly<Record<string, Sample>> = Object.defineProperties(
  {},
  Object.fromEntries([...MAKERS].map(([kind, make]) => [kind, { get: () => sampleOf(kind, make) }])),
);

function sampleOf(kind: string, make: () => object): Sample {
  let sample = made.get(kind);
  if (sample === undefined) {
    const object = make();
    const symbols = Object.fromEntries(
      Object.getOwnPropertySymbols(object).map((symbol) => [String(symbol.description), symbol]),
    );
    made.set(kind, (sample = { prototype: Object.getPrototypeOf(object) as object, symbols }));
    registerName(sample.prototype, { from: "sample", path: [kind, "prototype"] });
    for (const [description, symbol] of Object.entries(symbols))
      registerName(symbol, { from: "sample", path: [kind, "symbols", description] });
  }
  return sample;
}

/** Names what is special about data of Node's. The symbol of it that has no name even so, if there is one. */
export function registerNodeData(value: object): symbol | undefined {
  const proto = Object.getPrototypeOf(value) as object | null;
  const constructor: unknown =
    proto === null ? undefined : Object.getOwnPropertyDescriptor(proto, "constructor")?.value;
  if (typeof constructor !== "function" || types.isProxy(constructor) || !MAKERS.has(constructor.name))
    return undefined;
  const { prototype } = samples[constructor.name];
  const isNodes = prototype === proto || registeredName(proto as object)?.from === "global";
  return isNodes
    ? Object.getOwnPropertySymbols(value).find((symbol) => registeredName(symbol) === undefined)
    : undefined;
}
