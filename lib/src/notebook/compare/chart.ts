/**
 * The chart of a comparison: one row a variant, every run a point, the mean a mark, earlier comparisons dimmed behind. It
 * knows how to draw and nothing of measuring or of where the picture is shown.
 */
import { formatTime } from "../../timing/formatTime";
import { placeOf, scaleOf, ticksOf, type Scale } from "../draw/axis";
import { columnWidth, drawCard, fit, text, BOLD, MARGIN, WIDTH, type LegendEntry } from "../draw/card";
import { cleanText } from "../display";
import { plotGroup } from "../draw/plot";
import { colourOf, GRID, GROUND, SMALL_SIZE, SOFT_INK, TEXT_SIZE } from "../draw/theme";

export interface ChartRow {
  readonly name: string;
  /** Milliseconds per loop, one entry a run. */
  readonly timings: readonly number[];
  /** Their mean. */
  readonly average: number;
  /** What stands under the mean: "baseline", "1.9 times as fast". */
  readonly note: string;
  /** Whether the way from the baseline's mean to this one is a speed-up that can be told. */
  readonly marked: boolean;
  /** Milliseconds per loop that sharing the work could give at best; undefined when nobody knows. */
  readonly ideal: number | undefined;
  /** Milliseconds per loop of earlier comparisons' runs. */
  readonly earlier: readonly number[];
}

export interface Chart {
  readonly title: string | undefined;
  /** For those who do not see the picture. */
  readonly conclusion: string;
  readonly rows: readonly ChartRow[];
  /** To whom the ideal belongs: "2 workers". */
  readonly workers: string | undefined;
  /** Sentences under the chart. */
  readonly notes: readonly string[];
}

const ROW_HEIGHT = 52;
const AXIS_HEIGHT = 24;
const GAP = 16;
/** Names are bold, and so as wide as a larger type. */
const BOLD_SIZE = TEXT_SIZE * BOLD;
/** The least room for a time under the axis. */
const TICK_SPACE = 56;

function scaleFor(rows: readonly ChartRow[]): Scale {
  const times = rows.flatMap((row) => [
    ...row.timings,
    ...row.earlier,
    ...(row.ideal === undefined ? [] : [row.ideal]),
  ]);
  return scaleOf(
    times,
    rows.map((row) => row.average),
  );
}

/** The SVG of a chart, 480 wide, its texts escaped. */
export function drawChart({ title, conclusion, rows, workers, notes }: Chart): string {
  const nameWidth = columnWidth(
    rows.map((row) => row.name),
    BOLD_SIZE,
    { least: 50, most: 142 },
  );
  const noteWidth = columnWidth(
    rows.map((row) => row.note),
    SMALL_SIZE,
    { least: 76, most: 150 },
  );
  const left = MARGIN + nameWidth + GAP;
  const right = WIDTH - MARGIN - noteWidth - GAP;
  const scale = scaleFor(rows);
  const labels = rows.flatMap((row, index) => {
    const middle = (index + 0.5) * ROW_HEIGHT;
    return [
      text(left - GAP, middle + 5, fit(row.name, nameWidth, BOLD_SIZE), { anchor: "end", weight: 600 }),
      text(right + GAP, middle - 3, formatTime(row.average / 1000), { weight: 600 }),
      text(right + GAP, middle + 14, fit(row.note, noteWidth, SMALL_SIZE), { colour: SOFT_INK, size: SMALL_SIZE }),
    ];
  });
  return drawCard({
    title,
    conclusion,
    notes,
    details: rows.map((row) => `${row.name}: ${formatTime(row.average / 1000)}, ${row.note}.`).join(" "),
    height: rows.length * ROW_HEIGHT + AXIS_HEIGHT,
    body: drawMarks(rows, scale, left, right - left) + labels.join(""),
    legend: legendOf(rows, scale, workers),
  });
}

function drawMarks(rows: readonly ChartRow[], scale: Scale, left: number, width: number): string {
  // Each run a little lower than the one before it, so that a drift is seen as a slope.
  const spread = (row: number, share: number) => row + 0.5 + (share - 0.5) * 0.5;
  const points = rows.flatMap(({ name, timings }, row) =>
    timings.map((time, run) => ({
      time,
      y: spread(row, timings.length === 1 ? 0.5 : run / (timings.length - 1)),
      colour: colourOf(row),
      title: `${cleanText(name)}, run ${run + 1}: ${formatTime(time / 1000)}`,
    })),
  );
  const earlier = rows.flatMap((row, index) =>
    row.earlier.map((time, run) => ({ time, y: spread(index, (run * 0.618) % 1), colour: colourOf(index) })),
  );
  const means = rows.map(({ average, name }, row) => ({
    time: average,
    y1: row + 0.14,
    y2: row + 0.86,
    colour: colourOf(row),
    title: `${cleanText(name)}, mean: ${formatTime(average / 1000)}`,
  }));
  const ideals = rows.flatMap(({ ideal }, row) =>
    ideal === undefined ? [] : [{ time: ideal, y1: row + 0.1, y2: row + 0.9 }],
  );
  const far = (from: number, to: number) => Math.abs(placeOf(scale, from) - placeOf(scale, to)) * width > 12;
  const arrows = rows.flatMap(({ average, marked }, row) =>
    marked && far(rows[0].average, average) ? [{ from: rows[0].average, to: average, y: row + 0.94 }] : [],
  );
  const ticks = ticksOf(scale, Math.floor(width / TICK_SPACE));
  return plotGroup(left, 0, (Plot) => ({
    width,
    height: rows.length * ROW_HEIGHT + AXIS_HEIGHT,
    margin: 0,
    marginBottom: AXIS_HEIGHT,
    x: { type: scale.type, domain: [scale.start, scale.end], range: [0, width] },
    y: { type: "linear", domain: [0, rows.length], range: [0, rows.length * ROW_HEIGHT], axis: null },
    marks: [
      Plot.gridX(ticks, { stroke: GRID, strokeOpacity: 1 }),
      Plot.ruleX([scale.start], { stroke: SOFT_INK }),
      Plot.axisX(ticks, {
        tickSize: 0,
        label: null,
        fontSize: SMALL_SIZE,
        color: SOFT_INK,
        tickFormat: (time: number) => (time === 0 ? "0" : formatTime(time / 1000)),
      }),
      Plot.ruleX(rows.length > 1 ? [rows[0].average] : [], {
        stroke: SOFT_INK,
        strokeDasharray: "1 4",
        strokeLinecap: "round",
      }),
      Plot.dot(earlier, { x: "time", y: "y", r: 3, fill: "colour", fillOpacity: 0.2 }),
      Plot.ruleX(ideals, {
        x: "time",
        y1: "y1",
        y2: "y2",
        stroke: SOFT_INK,
        strokeWidth: 1.75,
        strokeDasharray: "4 3",
      }),
      Plot.arrow(arrows, {
        x1: "from",
        x2: "to",
        y1: "y",
        y2: "y",
        stroke: SOFT_INK,
        strokeWidth: 1.25,
        headLength: 6,
        headAngle: 50,
      }),
      Plot.ruleX(means, { x: "time", y1: "y1", y2: "y2", stroke: "colour", strokeWidth: 3, title: "title" }),
      Plot.dot(points, { x: "time", y: "y", r: 3.5, fill: "colour", stroke: GROUND, strokeWidth: 1, title: "title" }),
    ],
  }));
}

function legendOf(rows: readonly ChartRow[], scale: Scale, workers: string | undefined): LegendEntry[] {
  const dot = (opacity: number) => `<circle r="4" fill="${SOFT_INK}" fill-opacity="${opacity}"/>`;
  const line = (style: string) => `<line y1="-7" y2="7" stroke="${SOFT_INK}" ${style}/>`;
  return [
    { text: scale.type === "log" ? "time per loop, in powers of ten:" : "time per loop:" },
    { text: "one run", symbol: dot(1) },
    { text: "mean", symbol: line(`stroke-width="3"`) },
    ...(rows.some((row) => row.ideal !== undefined)
      ? [{ text: `ideal for ${workers}`, symbol: line(`stroke-width="1.75" stroke-dasharray="4 3"`) }]
      : []),
    ...(rows.some((row) => row.earlier.length > 0) ? [{ text: "earlier runs", symbol: dot(0.25) }] : []),
  ];
}

const CELLS = 40;

/** The same for a terminal: a line a variant, its runs as dots, the mean a bar, the ideal a dashed one, then the figures. */
export function writeChart({ rows, workers, notes }: Chart): string {
  const scale = scaleFor(rows);
  const width = rows.reduce((most, row) => Math.max(most, row.name.length), 0);
  const lines = rows.map((row) => {
    const cells = Array<string>(CELLS + 1).fill(" ");
    const put = (times: readonly number[], mark: string) =>
      times.forEach((time) => (cells[Math.round(placeOf(scale, time) * CELLS)] = mark));
    put(row.earlier, "˙");
    put(row.ideal === undefined ? [] : [row.ideal], "╎");
    put(row.timings, "●");
    put([row.average], "┃");
    return `${row.name.padEnd(width)} │${cells.join("")}│ ${formatTime(row.average / 1000)}, ${row.note}`;
  });
  const legend = [
    scale.type === "log"
      ? `${formatTime(scale.start / 1000)} to ${formatTime(scale.end / 1000)}, in powers of ten`
      : `0 to ${formatTime(scale.end / 1000)}`,
    "● one run",
    "┃ mean",
    ...(rows.some((row) => row.ideal !== undefined) ? [`╎ ideal for ${workers}`] : []),
    ...(rows.some((row) => row.earlier.length > 0) ? ["˙ earlier runs"] : []),
  ];
  return [...lines, `${" ".repeat(width + 2)}${legend.join("   ")}`, ...notes].join("\n");
}
