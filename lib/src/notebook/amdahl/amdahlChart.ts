/** Amdahl's law as a still picture, and as a Vega-Lite specification with a slider, which JupyterLab draws itself. */
import { counted } from "../../base/counted";
import { speedupWith, type MeasuredSpeedup } from "../../timing/serialShare";
import { cardTop, dotSymbol, drawCard, lineSymbol, text, MARGIN, WIDTH, type LegendEntry } from "../draw/card";
import { asUrl } from "../draw/image";
import { AXIS_HEIGHT, gridAndAxis, plotGroup } from "../draw/plot";
import { colourOf, DARK, FONT, GROUND, INK, SMALL_SIZE, SOFT_INK } from "../draw/theme";

export interface AmdahlChart {
  readonly title: string;
  readonly conclusion: string;
  readonly points: readonly MeasuredSpeedup[];
  /** Undefined where the law does not apply: no curve is drawn. */
  readonly serialShare: number | undefined;
}

const HEIGHT = 240;
const LEFT = MARGIN + 28;
const TOP = 16;
const PLOT_WIDTH = WIDTH - MARGIN - LEFT;
const [CURVE, MEASURED] = [colourOf(1), colourOf(2)];

/** Both axes in doublings, the same ones for every share; more than 64 workers only where so many were measured. */
function axesOf({ points }: AmdahlChart) {
  const doublings = (values: number[]) => values.map((value) => Math.log2(value));
  const most = Math.ceil(Math.max(6, ...doublings(points.flatMap(({ workers, speedup }) => [workers, speedup]))));
  const least = Math.floor(Math.min(0, ...doublings(points.map(({ speedup }) => speedup))));
  const powers = (from: number) => Array.from({ length: most - from + 1 }, (_, index) => 2 ** (from + index));
  return {
    most: 2 ** most,
    workers: powers(0),
    speedups: powers(least),
    across: [2 ** -0.15, 2 ** (most + 0.15)],
    up: [2 ** (least - 0.15), 2 ** (most + 0.15)],
  } as const;
}

/** With `curve: false` without the law and what follows from it: what the slider moves is drawn upon it. */
export function drawAmdahl(chart: AmdahlChart, { curve = true } = {}): string {
  const { title, conclusion, points } = chart;
  const serialShare = curve ? chart.serialShare : undefined;
  const { most, workers, speedups, across, up } = axesOf(chart);
  const law =
    serialShare === undefined
      ? []
      : workersUpTo(most).map((count) => ({ workers: count, speedup: speedupWith(serialShare, count) }));
  const measured = points.map((point) => ({ ...point, label: `${point.speedup.toPrecision(3)}×` }));
  const limits = serialShare === undefined ? [] : [1 / serialShare].filter((limit) => limit <= most);
  const area = {
    left: LEFT,
    top: TOP,
    width: PLOT_WIDTH,
    height: HEIGHT,
    x: { type: "log", base: 2, domain: across },
    y: { type: "log", base: 2, domain: up, range: [HEIGHT, 0] },
  } as const;
  const dotted = { stroke: SOFT_INK, strokeWidth: 1.5, strokeDasharray: "1 4", strokeLinecap: "round" } as const;
  const place = { x: "workers", y: "speedup" };
  const plot = plotGroup(area, (Plot) => [
    ...gridAndAxis(Plot, "x", workers),
    ...gridAndAxis(Plot, "y", speedups),
    Plot.line(
      [1, most].map((count) => ({ workers: count, speedup: count })),
      { ...place, ...dotted },
    ),
    Plot.ruleY(limits, { stroke: SOFT_INK, strokeWidth: 1.5, strokeDasharray: "6 3" }),
    Plot.line(law, { ...place, stroke: CURVE, strokeWidth: 2.5 }),
    Plot.dot(measured, { ...place, r: 5.5, fill: MEASURED, stroke: GROUND }),
    Plot.text(measured, {
      ...place,
      text: "label",
      dy: -14,
      fill: INK,
      fontWeight: 600,
      stroke: GROUND,
      strokeWidth: 3,
    }),
  ]);
  return drawCard({
    title,
    conclusion,
    details: points
      .map(
        (point) => `Measured with ${counted(point.workers, "worker")}: ${point.speedup.toPrecision(3)} times as fast.`,
      )
      .join(" "),
    height: HEIGHT + AXIS_HEIGHT + TOP,
    body: text(MARGIN, 8, "times as fast", { colour: SOFT_INK, size: SMALL_SIZE }) + plot,
    legend: legendOf(chart.serialShare !== undefined, limits.length > 0),
    // The slider's own sentence takes the place of the conclusion.
    notes: [curve ? conclusion : "\u00a0"],
  });
}

function legendOf(hasCurve: boolean, hasLimit: boolean): LegendEntry[] {
  return [
    { text: "across: workers" },
    { text: "measured", symbol: dotSymbol(MEASURED) },
    ...(hasCurve ? [{ text: "Amdahl's law", symbol: lineSymbol(`stroke="${CURVE}" stroke-width="2.5"`) }] : []),
    {
      text: "ideal",
      symbol: lineSymbol(`stroke="${SOFT_INK}" stroke-width="1.5" stroke-dasharray="1 4" stroke-linecap="round"`),
    },
    ...(hasLimit
      ? [{ text: "limit", symbol: lineSymbol(`stroke="${SOFT_INK}" stroke-width="1.5" stroke-dasharray="6 3"`) }]
      : []),
  ];
}

function workersUpTo(most: number): number[] {
  return Array.from({ length: 121 }, (_, index) => most ** (index / 120));
}

/** JupyterLab moves what it draws itself a little to the right: smaller by that much it ends where the other pictures end. */
const SCALE = (WIDTH - 8) / WIDTH;

/** For JupyterLab: the same card, on which the curve follows a slider for the serial share. */
export function liveAmdahl(chart: AmdahlChart & { readonly serialShare: number }): { mime: string; content: object } {
  const svg = drawAmdahl(chart, { curve: false });
  const height = Number(/ height="(\d+)"/.exec(svg)?.[1]);
  // Three digits, so that the limit is the one that is returned.
  const value = Number((chart.serialShare * 100).toPrecision(3));
  const name = "per cent that only one worker can do";
  // Vega makes its own "range" 130 pixels wide; any other type it hands on with all attributes, and browsers take "RANGE" for the same.
  const slider = {
    input: "RANGE",
    min: 0,
    max: 100,
    step: 0.1,
    "aria-label": name,
    style: `display:block;width:${WIDTH - 2 * MARGIN}px;max-width:100%`,
  };
  const size = { width: WIDTH * SCALE, height: height * SCALE };
  return {
    mime: "application/vnd.vegalite.v5+json",
    content: {
      $schema: "https://vega.github.io/schema/vega-lite/v5.json",
      description: chart.conclusion,
      ...size,
      padding: 0,
      background: "transparent",
      autosize: "none",
      config: { view: { stroke: null, fill: null }, font: FONT },
      usermeta: { embedOptions: { actions: false, renderer: "svg" } },
      params: [
        { name: "percent", value, bind: { ...slider, name: `${name}:` } },
        { name: "share", expr: "toNumber(percent) / 100" },
      ],
      layer: [
        {
          data: { values: [{}] },
          mark: { type: "image", url: asUrl(svg), ...size, x: 0, y: 0, align: "left", baseline: "top" },
        },
        ...liveLayers(chart, height),
      ],
    },
  };
}

function liveLayers(chart: AmdahlChart, height: number): object[] {
  const { most, across, up } = axesOf(chart);
  const top = cardTop(chart.title) + TOP;
  const scale = (domain: readonly number[], range: number[]) => ({
    type: "quantitative",
    axis: null,
    scale: { type: "log", base: 2, domain, nice: false, range: range.map((place) => place * SCALE) },
  });
  const encoding = {
    x: { field: "workers", ...scale(across, [LEFT, LEFT + PLOT_WIDTH]) },
    y: { field: "speedup", ...scale(up, [top + HEIGHT, top]) },
  };
  const limit =
    "share > 0 ? 'never more than ' + format(1 / share, share > 0.91 ? '.2~f' : share > 0.1 ? '.1~f' : ',.0f') + ' times as fast.' : 'more workers go on helping.'";
  return [
    {
      data: { sequence: { start: 0, stop: 121, as: "step" } },
      transform: [
        { calculate: `pow(${most}, datum.step / 120)`, as: "workers" },
        { calculate: "1 / (share + (1 - share) / datum.workers)", as: "speedup" },
      ],
      mark: { type: "line", color: inBothThemes(CURVE), strokeWidth: 2.5 },
      encoding,
    },
    {
      data: { values: chart.points },
      mark: { type: "point", filled: true, size: 86, opacity: 1, color: inBothThemes(MEASURED) },
      encoding,
    },
    {
      data: { values: [{}] },
      mark: {
        type: "text",
        align: "left",
        baseline: "alphabetic",
        fontSize: SMALL_SIZE + 1,
        color: inBothThemes(INK),
        x: MARGIN * SCALE,
        y: (height - 17) * SCALE,
      },
      encoding: {
        text: { value: { expr: `'With ' + format(share * 100, '.3~r') + ' % serial work: ' + (${limit})` } },
      },
    },
  ];
}

/** A colour that follows the page; Vega hands it on to the browser. */
function inBothThemes(light: string): string {
  return `light-dark(${light}, ${DARK[light] ?? light})`;
}
