/** Speed-up against cores, a point a machine and variant, with the line that nobody can pass by sharing work alone. */
import { coresInWords } from "../../timing/whatChanged";
import { drawCard, fit, text, textWidth, MARGIN, WIDTH } from "../draw/card";
import { cleanText, escapeMarkup } from "../display";
import { placed } from "../draw/placeLabels";
import type { MachineResult } from "./machines";
import { plotGroup } from "../draw/plot";
import { colourOf, GRID, GROUND, INK, SMALL_SIZE, SOFT_INK } from "../draw/theme";
import { aligned } from "../draw/wording";

const HEIGHT = 300;
const AXIS_HEIGHT = 28;
/** From a point to its name. */
const GAP = 9;
const LONGEST_NAME = 150;
/** Room for the name of the axis. */
const TOP = 16;
const LEFT = MARGIN + 36;

export function drawMachines(title: string, conclusion: string, results: readonly MachineResult[]): string {
  const variants = [...new Set(results.map(({ variant }) => variant))];
  const colour = (variant: string) => colourOf(variants.indexOf(variant) + 1);
  const most = Math.max(2, ...results.map(({ cores }) => cores));
  const low = Math.min(1, ...results.map(({ speedup }) => speedup)) / 1.15;
  const high = Math.max(most, ...results.map(({ speedup }) => speedup)) * 1.15;
  const powers = (from: number, to: number) =>
    Array.from(
      { length: Math.floor(Math.log2(to)) - Math.ceil(Math.log2(from)) + 1 },
      (_, index) => 2 ** (Math.ceil(Math.log2(from)) + index),
    );
  const points = results.map((result) => ({
    ...result,
    colour: colour(result.variant),
    title: `${cleanText(result.machine)}, ${cleanText(result.variant)}: ${result.speedup.toPrecision(3)}`,
  }));
  const share = (cores: number) => Math.log(cores / 0.85) / Math.log((most * 1.15) / 0.85);
  // So wide that every name ends within the card.
  const width = Math.min(
    ...results.map(
      ({ machine, cores }) =>
        (WIDTH - MARGIN - LEFT - GAP - textWidth(nameOn(machine), SMALL_SIZE)) / Math.max(0.5, share(cores)),
    ),
    WIDTH - MARGIN - LEFT,
  );
  const bottom = HEIGHT - AXIS_HEIGHT;
  const across = (cores: number) => width * share(cores);
  const up = (speedup: number) => (bottom * Math.log(high / speedup)) / Math.log(high / low);
  const chart = plotGroup(LEFT, 0, (Plot) => ({
    width,
    height: HEIGHT,
    margin: 0,
    marginBottom: AXIS_HEIGHT,
    x: { type: "log", base: 2, domain: [0.85, most * 1.15], range: [0, width], axis: null },
    y: { type: "log", base: 2, domain: [low, high], range: [bottom, 0], axis: null },
    marks: [
      Plot.gridX(powers(1, most), { stroke: GRID, strokeOpacity: 1 }),
      Plot.gridY(powers(low, high), { stroke: GRID, strokeOpacity: 1 }),
      Plot.axisX(powers(1, most), {
        tickSize: 0,
        label: null,
        fontSize: SMALL_SIZE,
        color: SOFT_INK,
        tickFormat: String,
      }),
      Plot.axisY(powers(low, high), {
        tickSize: 0,
        label: null,
        fontSize: SMALL_SIZE,
        color: SOFT_INK,
        tickFormat: String,
        dx: -4,
      }),
      Plot.line([1, most], {
        x: (cores: number) => cores,
        y: (cores: number) => cores,
        stroke: SOFT_INK,
        strokeDasharray: "4 3",
        strokeWidth: 1.5,
      }),
      Plot.dot(points, { x: "cores", y: "speedup", r: 5, fill: "colour", stroke: GROUND, title: "title" }),
    ],
  }));
  const { names, unnamed } = drawNames(results, across, up, bottom);
  return drawCard({
    title,
    conclusion,
    details: writeMachines(title, results).replaceAll("\n", "; "),
    height: HEIGHT + TOP,
    body:
      text(MARGIN, 8, "times as fast", { colour: SOFT_INK, size: SMALL_SIZE }) +
      `<g transform="translate(0,${TOP})">${chart}${names}</g>`,
    legend: [
      { text: "across: cores" },
      {
        text: "ideal: as many times as fast as there are cores",
        symbol: `<line x1="-6" x2="6" y1="3" y2="-3" stroke="${SOFT_INK}" stroke-width="1.5" stroke-dasharray="4 3"/>`,
      },
      ...variants.map((variant) => ({
        text: fit(variant, 120, SMALL_SIZE),
        symbol: `<circle r="5" fill="${colour(variant)}"/>`,
      })),
    ],
    notes:
      unnamed === 0
        ? []
        : [`There is no room for the names of ${unnamed} of the machines; mp.machines returns them all.`],
  });
}

/** The best of a machine carries its name, so that each name stands once; the fastest have the first choice of a place. */
function drawNames(
  results: readonly MachineResult[],
  across: (cores: number) => number,
  up: (speedup: number) => number,
  bottom: number,
): { names: string; unnamed: number } {
  const points = results.map((result) => ({ ...result, x: LEFT + across(result.cores), y: up(result.speedup) }));
  const best = points
    .filter(
      ({ machine, cores, speedup }) =>
        !points.some((other) => other.machine === machine && other.cores === cores && other.speedup > speedup),
    )
    .sort((one, other) => one.y - other.y);
  const labels = best.map(({ machine, x, y }) => ({
    name: nameOn(machine),
    x: x + GAP,
    y,
    width: textWidth(nameOn(machine), SMALL_SIZE),
  }));
  const heights = placed(labels, points, bottom);
  const halo = `paint-order="stroke" stroke="${GROUND}" stroke-width="3" stroke-linejoin="round"`;
  const names = labels.map(({ name, x, y }, index) => {
    const height = heights[index];
    if (height === undefined) return "";
    const line =
      height === y
        ? ""
        : `<line x1="${round(x - GAP + 4)}" y1="${round(y)}" x2="${round(x - 1)}" y2="${round(height)}" stroke="${SOFT_INK}" stroke-width="0.75"/>`;
    return `${line}<text x="${round(x)}" y="${round(height + 4)}" font-size="${SMALL_SIZE}" fill="${INK}" ${halo}>${escapeMarkup(name)}</text>`;
  });
  return { names: names.join(""), unnamed: heights.filter((height) => height === undefined).length };
}

function nameOn(machine: string): string {
  return fit(cleanText(machine), LONGEST_NAME, SMALL_SIZE);
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}

/** The same for a terminal. */
export function writeMachines(title: string, results: readonly MachineResult[]): string {
  return [
    title,
    ...aligned(
      results.map(({ machine, cores, variant, speedup }) => [
        machine,
        coresInWords(cores),
        `${variant} ${speedup.toPrecision(2)} times as fast`,
      ]),
    ),
  ].join("\n");
}
