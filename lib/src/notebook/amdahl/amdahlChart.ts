/** Amdahl's law as a still picture, and as a Vega-Lite specification with a slider, which JupyterLab draws itself. */
import { speedupWith, type MeasuredSpeedup } from "../../timing/amdahl";
import { ticksUpTo } from "../draw/axis";
import { dotSymbol, drawCard, lineSymbol, text, MARGIN, WIDTH } from "../draw/card";
import { AXIS_HEIGHT, gridAndAxis, plotGroup } from "../draw/plot";
import { colourOf, GRID, GROUND, INK, SMALL_SIZE, SOFT_INK } from "../draw/theme";

export interface AmdahlChart {
  readonly title: string;
  readonly conclusion: string;
  readonly points: readonly MeasuredSpeedup[];
  readonly serialShare: number;
}

const HEIGHT = 232;
const LEFT = MARGIN + 28;
const TOP = 16;
const [CURVE, MEASURED] = [colourOf(1), colourOf(2)];

/** The most workers and the highest speed-up that the picture has room for. */
function endsOf({ points, serialShare }: AmdahlChart): { most: number; high: number } {
  const most = Math.max(64, ...points.map(({ workers }) => workers));
  const high = 1.15 * Math.max(2, speedupWith(serialShare, most), ...points.map(({ speedup }) => speedup));
  return { most, high };
}

export function drawAmdahl(chart: AmdahlChart): string {
  const { title, conclusion, points, serialShare } = chart;
  const { most, high } = endsOf(chart);
  const width = WIDTH - MARGIN - LEFT;
  const workers = Array.from({ length: 121 }, (_, index) => most ** (index / 120));
  const law = workers.map((count) => ({ workers: count, speedup: speedupWith(serialShare, count) }));
  const measured = points.map((point) => ({
    ...point,
    title: `${point.workers} workers: ${point.speedup.toPrecision(3)} times as fast`,
  }));
  const limits = [1 / serialShare].filter((limit) => limit <= high);
  const powers = Array.from({ length: Math.floor(Math.log2(most)) + 1 }, (_, index) => 2 ** index);
  const area = {
    left: LEFT,
    top: TOP,
    width,
    height: HEIGHT,
    x: { type: "log", base: 2, domain: [0.93, most * 1.07] },
    y: { type: "linear", domain: [0, high], range: [HEIGHT, 0] },
  } as const;
  const dotted = { stroke: SOFT_INK, strokeDasharray: "1 4", strokeLinecap: "round" } as const;
  const place = { x: "workers", y: "speedup" };
  const plot = plotGroup(area, (Plot) => [
    ...gridAndAxis(Plot, "x", powers),
    ...gridAndAxis(Plot, "y", ticksUpTo(high, 6)),
    Plot.line(
      workers.filter((count) => count <= high).map((count) => ({ workers: count, speedup: count })),
      { ...place, ...dotted },
    ),
    Plot.ruleY(limits, { stroke: SOFT_INK, strokeWidth: 1.5, strokeDasharray: "4 3" }),
    Plot.line(law, { ...place, stroke: CURVE, strokeWidth: 2.5 }),
    Plot.dot(measured, { ...place, r: 5.5, fill: MEASURED, stroke: GROUND, title: "title" }),
  ]);
  return drawCard({
    title,
    conclusion,
    details: measured.map((point) => `${point.title}.`).join(" "),
    height: HEIGHT + AXIS_HEIGHT + TOP,
    body: text(MARGIN, 8, "times as fast", { colour: SOFT_INK, size: SMALL_SIZE }) + plot,
    legend: [
      { text: "across: workers" },
      { text: "measured", symbol: dotSymbol(MEASURED) },
      { text: "Amdahl's law", symbol: lineSymbol(`stroke="${CURVE}" stroke-width="2.5"`) },
      { text: "ideal", symbol: lineSymbol(`stroke="${SOFT_INK}" stroke-dasharray="1 4" stroke-linecap="round"`) },
      ...limits.map(() => ({
        text: "limit",
        symbol: lineSymbol(`stroke="${SOFT_INK}" stroke-width="1.5" stroke-dasharray="4 3"`),
      })),
    ],
    notes: [conclusion],
  });
}

/** For JupyterLab: the same with a slider for the serial share. */
export function liveAmdahl(chart: AmdahlChart): { mime: string; content: object } {
  // Three digits, so that the limit is the one that is returned.
  const percent = Number((chart.serialShare * 100).toPrecision(3));
  const name = "per cent that only one worker can do ";
  return {
    mime: "application/vnd.vegalite.v5+json",
    content: {
      $schema: "https://vega.github.io/schema/vega-lite/v5.json",
      title: { text: chart.title, anchor: "start", frame: "group", offset: 8 },
      description: chart.conclusion,
      width: 372,
      height: 240,
      background: GROUND,
      padding: 14,
      params: [{ name: "percent", value: percent, bind: { input: "range", min: 0, max: 100, step: 0.1, name } }],
      // On its own light ground the picture must not take the light letters of a dark theme.
      config: {
        axis: { labelColor: SOFT_INK, titleColor: INK, gridColor: GRID, domainColor: SOFT_INK, tickColor: SOFT_INK },
        title: { color: INK },
      },
      layer: liveLayers(chart),
    },
  };
}

function liveLayers(chart: AmdahlChart): object[] {
  const { most, high } = endsOf(chart);
  const encoding = {
    x: {
      field: "workers",
      type: "quantitative",
      scale: { type: "log", base: 2, domain: [1, most] },
      axis: { title: "workers" },
    },
    y: { field: "speedup", type: "quantitative", axis: { title: "times as fast" } },
  };
  const words = (content: string, at: object) => ({
    data: { values: [{}] },
    mark: { type: "text", align: "left", baseline: "top", fontSize: SMALL_SIZE, color: SOFT_INK, x: 0, ...at },
    encoding: { text: { value: { expr: content } } },
  });
  const ideal = Array.from({ length: 25 }, (_, step) => Math.min(high, most) ** (step / 24));
  const digits = "percent > 91 ? '.2~f' : percent > 10 ? '.1~f' : ',.0f'";
  return [
    {
      data: { sequence: { start: 0, stop: 121, as: "step" } },
      transform: [
        { calculate: `pow(${most}, datum.step / 120)`, as: "workers" },
        { calculate: "100 / (percent + (100 - percent) / datum.workers)", as: "speedup" },
      ],
      mark: { type: "line", color: CURVE, strokeWidth: 2.5 },
      encoding,
    },
    {
      data: { values: ideal.map((workers) => ({ workers, speedup: workers })) },
      mark: { type: "line", color: SOFT_INK, strokeDash: [1, 4], strokeCap: "round" },
      encoding,
    },
    {
      data: { values: chart.points },
      mark: { type: "point", filled: true, size: 110, opacity: 1, color: MEASURED, tooltip: true },
      encoding,
    },
    words("'Line: Amdahl\\u2019s law. Dots: measured. Dotted: ideal.'", { y: -44 }),
    words(
      `percent > 0 ? 'Never more than ' + format(100 / percent, ${digits}) + ' times as fast.' : 'No limit: all of the work can be shared.'`,
      { y: -24, color: INK, fontWeight: 600 },
    ),
  ];
}
