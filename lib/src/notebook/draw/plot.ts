/**
 * Observable Plot, the chart library, draws into linkedom's document: no browser, nothing compiled. It was
 * chosen over Vega-Lite because one release of it runs on Node 20 to 24 (Vega-Lite 6 wants Node 22, 5 is no longer kept), has
 * fewer packages, and draws a chart in milliseconds. Both parts are loaded when the first picture is drawn. They are optional: a program that draws
 * nothing does without them.
 */
import { readFileSync } from "node:fs";
import type * as PlotModule from "@observablehq/plot" with { "resolution-mode": "import" };
import type { PlotOptions, ScaleOptions } from "@observablehq/plot" with { "resolution-mode": "import" };
import { dirname, join } from "node:path";
import { compileFunction } from "node:vm";
import { nodeModule } from "../../base/loadLate";
import { ownRequire } from "../../base/ownFiles";
import { manifest } from "../../base/runtime";
import { formatTime } from "../../timing/formatTime";
import { FONT, GRID, INK, SMALL_SIZE, SOFT_INK } from "./theme";

export type Plot = typeof PlotModule;
/** What is used here of a drawn chart; the compiler is not told of browsers. */
interface Drawn {
  readonly innerHTML: string;
  querySelector(selector: string): { remove(): void } | null;
}

/** Pixels below a chart, for the values of its axis. */
export const AXIS_HEIGHT = 24;

const PACKAGES = ["@observablehq/plot", "linkedom"] as const;

/** What is to be installed for pictures and is not there, as `npm install` takes it. */
export function missingPackages(): string[] {
  return (missing ??= PACKAGES.filter(isMissing).map((name) => `${name}@${manifest.peerDependencies[name]}`));
}
let missing: string[] | undefined;

function isMissing(name: string): boolean {
  try {
    ownRequire().resolve(name);
    return false;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "MODULE_NOT_FOUND") return true;
    throw error;
  }
}

let parts: { Plot: Plot; document: object } | undefined;

function load(): { Plot: Plot; document: object } {
  if (parts !== undefined) return parts;
  // Older Node cannot require the ES modules that Plot and d3 are by default, and importing them takes a promise and four
  // times as long. Each also brings one file that any loader of CommonJS can run (its condition "umd").
  const plotFile = ownRequire().resolve("@observablehq/plot");
  const d3 = runUmd(join(dirname(nodeModule().createRequire(plotFile).resolve("d3")), "..", "dist", "d3.min.js"));
  const Plot = runUmd(join(dirname(plotFile), "..", "dist", "plot.umd.min.js"), d3) as Plot;
  const linkedom = ownRequire()("linkedom") as { parseHTML: (html: string) => { document: object } };
  parts = { Plot, document: linkedom.parseHTML("<!doctype html><html></html>").document };
  return parts;
}

function runUmd(file: string, d3?: unknown): unknown {
  const module = { exports: {} };
  const parameters = ["module", "exports", "require"];
  const run = compileFunction(readFileSync(file, "utf8"), parameters, { filename: file }) as (
    ...parts: unknown[]
  ) => void;
  // d3 is all that either of them requires.
  run(module, module.exports, () => d3);
  return module.exports;
}

/** Where a chart stands in its card, in pixels, and what its two scales show. */
export interface Area {
  readonly left: number;
  readonly top?: number | undefined;
  readonly width: number;
  /** Without the axis below it. */
  readonly height: number;
  readonly x: ScaleOptions;
  readonly y: ScaleOptions;
}

/** The chart with these marks, as a group of an SVG. */
export function plotGroup(
  { left, top = 0, width, height, x, y }: Area,
  marksOf: (plot: Plot) => PlotOptions["marks"],
): string {
  const { Plot, document } = load();
  const svg = Plot.plot({
    width,
    height: height + AXIS_HEIGHT,
    margin: 0,
    marginBottom: AXIS_HEIGHT,
    x: { range: [0, width], axis: null, ...x },
    y: { range: [0, height], axis: null, ...y },
    marks: marksOf(Plot),
    document,
  } as PlotOptions) as unknown as Drawn;
  // Its style is for a page of its own: "height: auto" would undo the size of what it stands in.
  svg.querySelector("style")?.remove();
  return `<g transform="translate(${left},${top})" font-family="${FONT}" font-size="${SMALL_SIZE}" fill="${INK}" text-anchor="middle">${shortened(svg.innerHTML)}</g>`;
}

/** Lines across the chart at these places, and their values outside of it. */
export function gridAndAxis(
  Plot: Plot,
  axis: "x" | "y",
  ticks: readonly number[],
  { tickFormat = String, stroke = GRID }: { tickFormat?: (value: number) => string; stroke?: string } = {},
): NonNullable<PlotOptions["marks"]> {
  const style = { tickSize: 0, label: null, fontSize: SMALL_SIZE, color: SOFT_INK, tickFormat };
  return axis === "x"
    ? [Plot.gridX(ticks, { stroke, strokeOpacity: 1 }), Plot.axisX(ticks, style)]
    : [Plot.gridY(ticks, { stroke, strokeOpacity: 1 }), Plot.axisY(ticks, { ...style, dx: -4 })];
}

/** A time in milliseconds at an axis. */
export function timeTick(time: number): string {
  return time === 0 ? "0" : formatTime(time / 1000);
}

/** A saved notebook need not carry fourteen decimals of each place. */
function shortened(markup: string): string {
  return markup.replace(/ (?:[xy][12]?|cx|cy|d|width|height|transform)="[^"]*"/g, (attribute) =>
    attribute.replace(/\d+\.\d{3,}/g, (number) => String(Math.round(Number(number) * 100) / 100)),
  );
}
