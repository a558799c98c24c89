/**
 * The door to the chart library, Observable Plot, which draws into linkedom's document: no browser, nothing compiled. It was
 * chosen over Vega-Lite because one release of it runs on Node 20 to 24 (Vega-Lite 6 wants Node 22, 5 is no longer kept), has
 * fewer packages, and draws a chart in milliseconds. Both parts are loaded when the first picture is drawn.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { compileFunction } from "node:vm";
import { FONT, INK, SMALL_SIZE } from "./theme";

export type Plot = typeof import("@observablehq/plot");
type PlotOptions = import("@observablehq/plot").PlotOptions;
/** What is used here of a drawn chart; the compiler is not told of browsers. */
interface Drawn {
  readonly innerHTML: string;
  querySelector(selector: string): { remove(): void } | null;
}

let parts: { Plot: Plot; document: object } | undefined;

function load(): { Plot: Plot; document: object } {
  if (parts !== undefined) return parts;
  // Older Node cannot require the ES modules that Plot and d3 are by default, and importing them takes a promise and four
  // times as long. Each also brings one file that any loader of CommonJS can run (its condition "umd").
  const plotFile = require.resolve("@observablehq/plot");
  const d3 = runUmd(join(dirname(createRequire(plotFile).resolve("d3")), "..", "dist", "d3.min.js"));
  const Plot = runUmd(join(dirname(plotFile), "..", "dist", "plot.umd.min.js"), d3) as Plot;
  const { parseHTML } = createRequire(__filename)("linkedom") as { parseHTML(html: string): { document: object } };
  parts = { Plot, document: parseHTML("<!doctype html><html></html>").document };
  return parts;
}

function runUmd(file: string, d3?: unknown): unknown {
  const module = { exports: {} };
  const need = (name: string): unknown => {
    if (/^d3(@|$)/.test(name)) return d3;
    throw new Error(`${file} asks for ${name}, which this library does not know.`);
  };
  compileFunction(readFileSync(file, "utf8"), ["module", "exports", "require"], { filename: file })(
    module,
    module.exports,
    need,
  );
  return module.exports;
}

/** The chart that `describe` asks for, as the inside of an SVG: a group whose place is `x`, `y`. */
export function plotGroup(x: number, y: number, describe: (plot: Plot) => PlotOptions): string {
  const { Plot, document } = load();
  const svg = Plot.plot({ ...describe(Plot), document } as PlotOptions) as unknown as Drawn;
  // Its style is for a page of its own: "height: auto" would undo the size of what it stands in.
  svg.querySelector("style")?.remove();
  return `<g transform="translate(${x},${y})" font-family="${FONT}" font-size="${SMALL_SIZE}" fill="${INK}" text-anchor="middle">${shortened(svg.innerHTML)}</g>`;
}

/** A saved notebook need not carry fourteen decimals of each place. */
function shortened(markup: string): string {
  return markup.replace(/ (?:[xy][12]?|cx|cy|d|width|height|transform)="[^"]*"/g, (attribute) =>
    attribute.replace(/\d+\.\d{3,}/g, (number) => String(Math.round(Number(number) * 100) / 100)),
  );
}
