/** Amdahl's law as a still picture, and as a Vega-Lite specification with a slider, which JupyterLab draws itself. */
import { speedupWith, type MeasuredSpeedup } from "../../timing/amdahl";
import { ticksUpTo } from "../draw/axis";
import { drawCard, text, MARGIN, WIDTH } from "../draw/card";
import { plotGroup } from "../draw/plot";
import { colourOf, GRID, GROUND, INK, SMALL_SIZE, SOFT_INK } from "../draw/theme";

export interface AmdahlChart {
  readonly title: string;
  readonly conclusion: string;
  readonly points: readonly MeasuredSpeedup[];
  readonly serialShare: number;
}

const HEIGHT = 260;
const LEFT = MARGIN + 28;
const TOP = 16;
const [CURVE, MEASURED] = [colourOf(1), colourOf(2)];

function mostWorkers(points: readonly MeasuredSpeedup[]): number {
  return Math.max(64, ...points.map(({ workers }) => workers));
}

export function drawAmdahl({ title, conclusion, points, serialShare }: AmdahlChart): string {
  const width = WIDTH - MARGIN - LEFT;
  const most = mostWorkers(points);
  const workers = Array.from({ length: 121 }, (_, index) => most ** (index / 120));
  const high = 1.15 * Math.max(2, speedupWith(serialShare, most), ...points.map(({ speedup }) => speedup));
  const limit = 1 / serialShare;
  const powers = Array.from({ length: Math.floor(Math.log2(most)) + 1 }, (_, index) => 2 ** index);
  const ticks = ticksUpTo(high, 6);
  const chart = plotGroup(LEFT, TOP, (Plot) => ({
    width,
    height: HEIGHT,
    margin: 0,
    marginBottom: 28,
    x: { type: "log", base: 2, domain: [0.93, most * 1.07], range: [0, width], axis: null },
    y: { type: "linear", domain: [0, high], range: [HEIGHT - 28, 0], axis: null },
    marks: [
      Plot.gridX(powers, { stroke: GRID, strokeOpacity: 1 }),
      Plot.gridY(ticks, { stroke: GRID, strokeOpacity: 1 }),
      Plot.axisX(powers, { tickSize: 0, label: null, fontSize: SMALL_SIZE, color: SOFT_INK, tickFormat: String }),
      Plot.axisY(ticks, {
        tickSize: 0,
        label: null,
        fontSize: SMALL_SIZE,
        color: SOFT_INK,
        tickFormat: String,
        dx: -4,
      }),
      Plot.line(
        workers.filter((count) => count <= high),
        {
          x: (count: number) => count,
          y: (count: number) => count,
          stroke: SOFT_INK,
          strokeDasharray: "1 4",
          strokeLinecap: "round",
        },
      ),
      Plot.ruleY(limit <= high ? [limit] : [], { stroke: SOFT_INK, strokeWidth: 1.5, strokeDasharray: "4 3" }),
      Plot.line(workers, {
        x: (count: number) => count,
        y: (count: number) => speedupWith(serialShare, count),
        stroke: CURVE,
        strokeWidth: 2.5,
      }),
      Plot.dot(points, {
        x: "workers",
        y: "speedup",
        r: 5.5,
        fill: MEASURED,
        stroke: GROUND,
        title: ({ workers: count, speedup }: MeasuredSpeedup) =>
          `${count} workers: ${speedup.toPrecision(3)} times as fast`,
      }),
    ],
  }));
  const line = (style: string) => `<line x1="-7" x2="7" ${style}/>`;
  return drawCard({
    title,
    conclusion,
    details: points
      .map(({ workers: count, speedup }) => `${count} workers: ${speedup.toPrecision(3)} times as fast.`)
      .join(" "),
    height: HEIGHT + TOP,
    body: text(MARGIN, 8, "times as fast", { colour: SOFT_INK, size: SMALL_SIZE }) + chart,
    legend: [
      { text: "across: workers" },
      { text: "measured", symbol: `<circle r="5" fill="${MEASURED}"/>` },
      { text: "Amdahl's law", symbol: line(`stroke="${CURVE}" stroke-width="2.5"`) },
      { text: "ideal", symbol: line(`stroke="${SOFT_INK}" stroke-dasharray="1 4" stroke-linecap="round"`) },
      ...(limit <= high
        ? [{ text: "limit", symbol: line(`stroke="${SOFT_INK}" stroke-width="1.5" stroke-dasharray="4 3"`) }]
        : []),
    ],
    notes: [conclusion],
  });
}

/** For JupyterLab: the same with a slider for the serial share. */
export function liveAmdahl({ title, conclusion, points, serialShare }: AmdahlChart): { mime: string; content: object } {
  const most = mostWorkers(points);
  const high = 1.15 * Math.max(2, speedupWith(serialShare, most), ...points.map(({ speedup }) => speedup));
  const y = { field: "speedup", type: "quantitative", axis: { title: "times as fast" } };
  const words = (content: string, at: object) => ({
    data: { values: [{}] },
    mark: { type: "text", align: "left", baseline: "top", fontSize: SMALL_SIZE, color: SOFT_INK, ...at },
    encoding: { text: { value: { expr: content } } },
  });
  const x = {
    field: "workers",
    type: "quantitative",
    scale: { type: "log", base: 2, domain: [1, most] },
    axis: { title: "workers" },
  };
  return {
    mime: "application/vnd.vegalite.v5+json",
    content: {
      $schema: "https://vega.github.io/schema/vega-lite/v5.json",
      title: { text: title, anchor: "start", frame: "group", offset: 8 },
      description: conclusion,
      width: 372,
      height: 240,
      background: GROUND,
      padding: 14,
      // Three digits, so that the limit is the one that is returned.
      params: [
        {
          name: "percent",
          value: Number((serialShare * 100).toPrecision(3)),
          bind: { input: "range", min: 0, max: 100, step: 0.1, name: "per cent that only one worker can do " },
        },
      ],
      // On its own light ground the picture must not take the light letters of a dark theme.
      config: {
        axis: { labelColor: SOFT_INK, titleColor: INK, gridColor: GRID, domainColor: SOFT_INK, tickColor: SOFT_INK },
        title: { color: INK },
      },
      layer: [
        {
          data: { sequence: { start: 0, stop: 121, as: "step" } },
          transform: [
            { calculate: `pow(${most}, datum.step / 120)`, as: "workers" },
            { calculate: "100 / (percent + (100 - percent) / datum.workers)", as: "speedup" },
          ],
          mark: { type: "line", color: CURVE, strokeWidth: 2.5 },
          encoding: { x, y },
        },
        {
          data: {
            values: Array.from({ length: 25 }, (_, step) => Math.min(high, most) ** (step / 24)).map((workers) => ({
              workers,
              speedup: workers,
            })),
          },
          mark: { type: "line", color: SOFT_INK, strokeDash: [1, 4], strokeCap: "round" },
          encoding: { x, y },
        },
        {
          data: { values: points },
          mark: { type: "point", filled: true, size: 110, opacity: 1, color: MEASURED, tooltip: true },
          encoding: { x, y },
        },
        words("'Line: Amdahl\\u2019s law. Dots: measured. Dotted: ideal.'", { x: 0, y: -44 }),
        words(
          "percent > 0 ? 'Never more than ' + format(100 / percent, percent > 91 ? '.2~f' : percent > 10 ? '.1~f' : ',.0f') + ' times as fast.' : 'No limit: all of the work can be shared.'",
          { x: 0, y: -24, color: INK, fontWeight: 600 },
        ),
      ],
    },
  };
}
