/** Speed-up against cores, a point a machine and variant, with the line that nobody can pass by sharing work alone. */
import { coresInWords } from "../timing/changes";
import { drawCard, fit, text, MARGIN, WIDTH } from "./card";
import { cleanText } from "./display";
import type { MachineResult } from "./machines";
import { plotGroup } from "./plot";
import { colourOf, GRID, GROUND, INK, SMALL_SIZE, SOFT_INK } from "./theme";
import { aligned } from "./words";

const HEIGHT = 300;
/** Room for the name of the axis. */
const TOP = 16;
const LEFT = MARGIN + 36;

export function drawMachines(title: string, conclusion: string, results: readonly MachineResult[]): string {
  const variants = [...new Set(results.map(({ variant }) => variant))];
  const colour = (variant: string) => colourOf(variants.indexOf(variant) + 1);
  const width = WIDTH - MARGIN - LEFT;
  const most = Math.max(2, ...results.map(({ cores }) => cores));
  const low = Math.min(1, ...results.map(({ speedup }) => speedup)) / 1.15;
  const high = Math.max(most, ...results.map(({ speedup }) => speedup)) * 1.15;
  const powers = (from: number, to: number) => Array.from({ length: Math.floor(Math.log2(to)) - Math.ceil(Math.log2(from)) + 1 }, (_, index) => 2 ** (Math.ceil(Math.log2(from)) + index));
  const points = results.map((result) => ({ ...result, colour: colour(result.variant), title: `${cleanText(result.machine)}, ${cleanText(result.variant)}: ${result.speedup.toPrecision(3)}` }));
  // The best of a machine carries its name, so that each name stands once.
  const named = points.filter(({ machine, speedup }) => !points.some((other) => other.machine === machine && other.speedup > speedup))
    .map((point) => ({ ...point, label: fit(cleanText(point.machine), 120, SMALL_SIZE) }));
  const name = { x: "cores", y: "speedup", text: "label", fill: INK, stroke: GROUND, strokeWidth: 3, fontSize: SMALL_SIZE } as const;
  const chart = plotGroup(LEFT, 0, (Plot) => ({
    width, height: HEIGHT, margin: 0, marginBottom: 28,
    x: { type: "log", base: 2, domain: [0.85, most * 1.15], range: [0, width], axis: null },
    y: { type: "log", base: 2, domain: [low, high], range: [HEIGHT - 28, 0], axis: null },
    marks: [
      Plot.gridX(powers(1, most), { stroke: GRID, strokeOpacity: 1 }),
      Plot.gridY(powers(low, high), { stroke: GRID, strokeOpacity: 1 }),
      Plot.axisX(powers(1, most), { tickSize: 0, label: null, fontSize: SMALL_SIZE, color: SOFT_INK, tickFormat: String }),
      Plot.axisY(powers(low, high), { tickSize: 0, label: null, fontSize: SMALL_SIZE, color: SOFT_INK, tickFormat: String, dx: -4 }),
      Plot.line([1, most], { x: (cores: number) => cores, y: (cores: number) => cores, stroke: SOFT_INK, strokeDasharray: "4 3", strokeWidth: 1.5 }),
      Plot.dot(points, { x: "cores", y: "speedup", r: 5, fill: "colour", stroke: GROUND, title: "title" }),
      Plot.text(named.filter(({ cores }) => cores <= most / 4), { ...name, dx: 9, textAnchor: "start" }),
      Plot.text(named.filter(({ cores }) => cores > most / 4), { ...name, dx: -9, textAnchor: "end" }),
    ],
  }));
  return drawCard({
    title, conclusion, details: writeMachines(title, results).replaceAll("\n", "; "),
    height: HEIGHT + TOP, body: text(MARGIN, 8, "times as fast", { colour: SOFT_INK, size: SMALL_SIZE }) + `<g transform="translate(0,${TOP})">${chart}</g>`,
    legend: [
      { text: "across: cores" },
      { text: "ideal: as many times as fast as there are cores", symbol: `<line x1="-6" x2="6" y1="3" y2="-3" stroke="${SOFT_INK}" stroke-width="1.5" stroke-dasharray="4 3"/>` },
      ...variants.map((variant) => ({ text: fit(variant, 120, SMALL_SIZE), symbol: `<circle r="5" fill="${colour(variant)}"/>` })),
    ],
    notes: [],
  });
}

/** The same for a terminal. */
export function writeMachines(title: string, results: readonly MachineResult[]): string {
  return [title, ...aligned(results.map(({ machine, cores, variant, speedup }) => [machine, coresInWords(cores), `${variant} ${speedup.toPrecision(2)} times as fast`]))].join("\n");
}
