/** Time over a parameter: a point for each value, with its interval; over workers Amdahl's law beside it. */
import { speedupWith } from "../../timing/serialShare";
import { formatTime } from "../../timing/formatTime";
import { scaleOf, ticksOf } from "../draw/axis";
import { dotSymbol, drawCard, lineSymbol, MARGIN, text, WIDTH } from "../draw/card";
import { AXIS_HEIGHT, gridAndAxis, plotGroup, timeTick } from "../draw/plot";
import { colourOf, GROUND, SMALL_SIZE, SOFT_INK } from "../draw/theme";

export interface SweepPoint {
  readonly value: unknown;
  readonly name: string;
  /** Milliseconds of a typical round, and the ends of their 95 % interval; endless after one round. */
  readonly time: number;
  readonly low: number;
  readonly high: number;
}
export interface SweepChart {
  readonly title: string;
  readonly label: string;
  readonly conclusion: string;
  readonly points: readonly SweepPoint[];
  /** The share of the work that only one worker can do; undefined where no law is drawn. */
  readonly serialShare: number | undefined;
}

const HEIGHT = 220;
const TOP = 26;
const LEFT = MARGIN + 52;
const PLOT_WIDTH = WIDTH - MARGIN - LEFT;
const [LAW, MEASURED] = [colourOf(2), colourOf(1)];

export function drawSweep({ title, label, conclusion, points, serialShare }: SweepChart): string {
  const across = acrossOf(points);
  const drawn = points.map(({ name, time, low, high }, index) => ({
    x: across.places[index],
    name,
    time,
    ...(Number.isFinite(high) ? { low, high } : { low: time, high: time }),
  }));
  const times = drawn.flatMap(({ low, high }) => [low, high]);
  const up = scaleOf(
    times,
    points.map(({ time }) => time),
  );
  const single = points.find(({ value }) => value === 1)?.time ?? NaN;
  const law =
    serialShare === undefined
      ? []
      : lawPoints(points).map((workers) => ({
          x: Math.log2(workers),
          time: single / speedupWith(serialShare, workers),
        }));
  const area = {
    left: LEFT,
    top: TOP,
    width: PLOT_WIDTH,
    height: HEIGHT,
    x: { type: "linear", domain: across.domain, range: [24, PLOT_WIDTH - 24] },
    y: { type: up.type, domain: [up.start, up.end], range: [HEIGHT, 0] },
  } as const;
  const names = new Map(drawn.map(({ x, name }) => [x, name]));
  const plot = plotGroup(area, (Plot) => [
    ...gridAndAxis(Plot, "x", [...names.keys()] as number[], { tickFormat: (place) => names.get(place) ?? "" }),
    ...gridAndAxis(Plot, "y", ticksOf(up, 6), { tickFormat: timeTick }),
    Plot.line(law, { x: "x", y: "time", stroke: LAW, strokeWidth: 2, strokeDasharray: "6 3" }),
    Plot.line(drawn, { x: "x", y: "time", stroke: MEASURED, strokeWidth: 1.5 }),
    Plot.ruleX(drawn, { x: "x", y1: "low", y2: "high", stroke: MEASURED, strokeWidth: 5, strokeOpacity: 0.35 }),
    Plot.dot(drawn, { x: "x", y: "time", r: 4.5, fill: MEASURED, stroke: GROUND }),
  ]);
  return drawCard({
    title,
    conclusion,
    details: points.map(({ name, time }) => `${label} ${name}: ${formatTime(time / 1000)}.`).join(" "),
    height: HEIGHT + AXIS_HEIGHT + TOP,
    body: text(MARGIN, 8, "time", { colour: SOFT_INK, size: SMALL_SIZE }) + plot,
    legend: [
      { text: `across: ${label}` },
      { text: "a typical round", symbol: dotSymbol(MEASURED) },
      { text: "95 % sure", symbol: lineSymbol(`stroke="${MEASURED}" stroke-width="5" stroke-opacity="0.35"`, "down") },
      ...(serialShare === undefined
        ? []
        : [{ text: "Amdahl's law", symbol: lineSymbol(`stroke="${LAW}" stroke-width="2" stroke-dasharray="6 3"`) }]),
    ],
    notes: [conclusion],
  });
}

/** Where the values stand: numbers by their size, in doublings where all are above zero; anything else in its order. */
function acrossOf(points: readonly SweepPoint[]): {
  readonly places: readonly number[];
  readonly domain: readonly [number, number];
} {
  const numbers = points.map(({ value }) => value).filter((value) => typeof value === "number");
  const places =
    numbers.length < points.length
      ? points.map((_, index) => index)
      : Math.min(...numbers) > 0
        ? numbers.map(Math.log2)
        : numbers;
  const [low, high] = [Math.min(...places), Math.max(...places)];
  return { places, domain: low === high ? [low - 1, high + 1] : [low, high] };
}

/** Numbers of workers so close together that a line through them is a curve. */
function lawPoints(points: readonly SweepPoint[]): number[] {
  const most = Math.max(...points.map(({ value }) => Number(value)));
  return Array.from({ length: 61 }, (_, index) => most ** (index / 60));
}
