/**
 * Plain data of Node's own classes, as `fs.stat` gives them. No export leads to some of these classes, nor to the symbols under which they keep
 * some of their data: both are found on a sample, in each thread.
 */
import { dirname } from "node:path";
import { types } from "node:util";
import { registerName, registeredName } from "./registry";

const files = (): typeof import("node:fs") => require("node:fs") as typeof import("node:fs");
const mark = (): object => new (PerformanceMark as unknown as new (name: string) => object)("sample");

const MAKERS = new Map<string, () => object | undefined>([
  ["Stats", () => files().statSync(process.execPath)],
  ["BigIntStats", () => files().statSync(process.execPath, { bigint: true })],
  ["StatFs", () => files().statfsSync(process.execPath)],
  ["Dirent", () => files().readdirSync(dirname(process.execPath), { withFileTypes: true })[0]],
  ["PerformanceMark", mark],
  ["PerformanceMeasure", mark],
]);
/** Classes whose objects are only their properties. */
export const NODE_DATA = new Set([...MAKERS.keys(), "StatsBase", "PerformanceEntry", "Url"]);

interface Sample {
  readonly prototype: object;
  /** Its symbols by their descriptions. */
  readonly symbols: Readonly<Record<string, symbol>>;
}
const samples = new Map<string, Sample>();

/** An object of that class; undefined for other classes. */
export function sampleOf(className: string): Sample | undefined {
  const object = samples.has(className) ? undefined : MAKERS.get(className)?.();
  if (object === undefined) return samples.get(className);
  const symbols = Object.fromEntries(
    Object.getOwnPropertySymbols(object).map((symbol) => [String(symbol.description), symbol]),
  );
  const sample: Sample = { prototype: Object.getPrototypeOf(object) as object, symbols };
  samples.set(className, sample);
  registerName(sample.prototype, { from: "sample", path: [className, "prototype"] });
  for (const [description, symbol] of Object.entries(symbols))
    registerName(symbol, { from: "sample", path: [className, "symbols", description] });
  return sample;
}

/** Names the class and symbols of an object of Node. Returns a symbol that has no name even then, if there is one. */
export function registerNodeData(value: object): symbol | undefined {
  const proto = Object.getPrototypeOf(value) as object | null;
  const constructor: unknown = proto && Object.getOwnPropertyDescriptor(proto, "constructor")?.value;
  if (proto === null || typeof constructor !== "function" || types.isProxy(constructor)) return undefined;
  const sample = sampleOf(constructor.name);
  if (sample === undefined || (sample.prototype !== proto && registeredName(proto)?.from !== "global"))
    return undefined;
  return Object.getOwnPropertySymbols(value).find((symbol) => registeredName(symbol) === undefined);
}
