/**
 * The chart of a comparison: one row a variant, every run a point, the mean a mark, earlier comparisons dimmed behind. It
 * knows how to draw and nothing of measuring or of where the picture is shown.
 */
import { formatTime } from "../../timing/formatTime";
import { placeOf, scaleOf, ticksOf, type Scale } from "../draw/axis";
import { dotSymbol, drawCard, lineSymbol, type LegendEntry } from "../draw/card";
import { AXIS_HEIGHT, gridAndAxis, plotGroup, timeTick } from "../draw/plot";
import { drawRows } from "../draw/rows";
import { cleanText } from "../draw/text";
import { colourOf, GROUND, SOFT_INK } from "../draw/theme";

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
  /** Milliseconds per loop between which the variant lies with 95 % certainty, beside the baseline's mean. */
  readonly interval: readonly [number, number] | undefined;
  /** Milliseconds per loop of earlier comparisons' runs. */
  readonly earlier: readonly number[];
}

export interface Chart {
  readonly title: string | undefined;
  /** For those who do not see the picture. */
  readonly conclusion: string;
  readonly rows: readonly ChartRow[];
  /** To whom the ideal belongs: "2 workers"; undefined where no row has one. */
  readonly workers: string | undefined;
}

const ROW_HEIGHT = 52;
/** The least room for a time under the axis. */
const TICK_SPACE = 56;

function scaleFor(rows: readonly ChartRow[]): Scale {
  const times = rows.flatMap(({ timings, earlier, ideal = [], interval = [] }) =>
    [timings, earlier, ideal, interval].flat(),
  );
  return scaleOf(
    times,
    rows.map(({ average }) => average),
  );
}

/** The SVG of a chart, 480 wide, its texts escaped. */
export function drawChart({ title, conclusion, rows, workers }: Chart): string {
  const scale = scaleFor(rows);
  const labels = rows.map(({ name, average, note }) => ({ name, figure: formatTime(average / 1000), note }));
  return drawCard({
    title,
    conclusion,
    notes: [],
    details: labels.map(({ name, figure, note }) => `${name}: ${figure}, ${note}.`).join(" "),
    height: rows.length * ROW_HEIGHT + AXIS_HEIGHT,
    body: drawRows(labels, ROW_HEIGHT, (left, width) => drawMarks(rows, scale, left, width)),
    legend: legendOf(rows, scale, workers),
  });
}

function drawMarks(rows: readonly ChartRow[], scale: Scale, left: number, width: number): string {
  const { points, earlier, means, intervals, ideals } = marksOf(rows);
  const baseline = rows.slice(0, rows.length > 1 ? 1 : 0);
  const far = (from: number, to: number) => Math.abs(placeOf(scale, from) - placeOf(scale, to)) * width > 12;
  const arrows = baseline.flatMap(({ average: from }) =>
    rows.flatMap(({ average, marked }, row) =>
      marked && far(from, average) ? [{ from, to: average, y: row + 0.94 }] : [],
    ),
  );
  const area = {
    left,
    width,
    height: rows.length * ROW_HEIGHT,
    x: { type: scale.type, domain: [scale.start, scale.end] },
    y: { type: "linear", domain: [0, rows.length] },
  } as const;
  return plotGroup(area, (Plot) => {
    const across = { x1: "from", x2: "to", y1: "y", y2: "y" };
    const down = { x: "time", y1: "y1", y2: "y2" };
    return [
      ...gridAndAxis(Plot, "x", ticksOf(scale, Math.floor(width / TICK_SPACE)), { tickFormat: timeTick }),
      Plot.ruleX([scale.start], { stroke: SOFT_INK }),
      Plot.ruleX(baseline, { x: "average", stroke: SOFT_INK, strokeDasharray: "1 4", strokeLinecap: "round" }),
      Plot.dot(earlier, { x: "time", y: "y", r: 3, fill: "colour", fillOpacity: 0.2 }),
      Plot.rect(intervals, {
        x1: "from",
        x2: "to",
        y1: "y1",
        y2: "y2",
        fill: "colour",
        fillOpacity: 0.18,
        title: "title",
      }),
      Plot.ruleX(ideals, { ...down, stroke: SOFT_INK, strokeWidth: 1.75, strokeDasharray: "4 3" }),
      Plot.arrow(arrows, { ...across, stroke: SOFT_INK, strokeWidth: 1.25, headLength: 6, headAngle: 50 }),
      Plot.ruleX(means, { ...down, stroke: "colour", strokeWidth: 3, title: "title" }),
      Plot.dot(points, { x: "time", y: "y", r: 3.5, fill: "colour", stroke: GROUND, strokeWidth: 1, title: "title" }),
    ];
  });
}

/** What is drawn in the rows: times, with their heights as numbers of rows. */
function marksOf(rows: readonly ChartRow[]) {
  // Each run a little lower than the one before it, so that a drift is seen as a slope.
  const spread = (row: number, share: number) => row + 0.5 + (share - 0.5) * 0.5;
  const marks = rows.map(({ name, timings, average, ideal, interval, earlier }, row) => {
    const colour = colourOf(row);
    const title = (what: string, time: number) => `${cleanText(name)}, ${what}: ${formatTime(time / 1000)}`;
    return {
      points: timings.map((time, run) => ({
        time,
        y: spread(row, timings.length === 1 ? 0.5 : run / (timings.length - 1)),
        colour,
        title: title(`run ${run + 1}`, time),
      })),
      earlier: earlier.map((time, run) => ({ time, y: spread(row, (run * 0.618) % 1), colour })),
      mean: { time: average, y1: row + 0.14, y2: row + 0.86, colour, title: title("mean", average) },
      intervals: (interval === undefined ? [] : [interval]).map(([from, to]) => ({
        from,
        to,
        y1: row + 0.14,
        y2: row + 0.86,
        colour,
        title: `${cleanText(name)}, 95 % sure: ${formatTime(from / 1000)} to ${formatTime(to / 1000)}`,
      })),
      ideals: ideal === undefined ? [] : [{ time: ideal, y1: row + 0.1, y2: row + 0.9 }],
    };
  });
  return {
    points: marks.flatMap(({ points }) => points),
    earlier: marks.flatMap(({ earlier }) => earlier),
    means: marks.map(({ mean }) => mean),
    intervals: marks.flatMap(({ intervals }) => intervals),
    ideals: marks.flatMap(({ ideals }) => ideals),
  };
}

function legendOf(rows: readonly ChartRow[], scale: Scale, workers: string | undefined): LegendEntry[] {
  const line = (style: string) => lineSymbol(`stroke="${SOFT_INK}" ${style}`, "down");
  return [
    { text: scale.type === "log" ? "time per loop, in powers of ten:" : "time per loop:" },
    { text: "one run", symbol: dotSymbol(SOFT_INK, { radius: 4 }) },
    { text: "mean", symbol: line(`stroke-width="3"`) },
    ...(rows.some(({ interval }) => interval !== undefined)
      ? [{ text: "95 % sure", symbol: line(`stroke-width="10" stroke-opacity="0.25"`) }]
      : []),
    ...(workers === undefined
      ? []
      : [{ text: `ideal for ${workers}`, symbol: line(`stroke-width="1.75" stroke-dasharray="4 3"`) }]),
    ...(rows.some((row) => row.earlier.length > 0)
      ? [{ text: "earlier runs", symbol: dotSymbol(SOFT_INK, { radius: 4, opacity: 0.25 }) }]
      : []),
  ];
}

const CELLS = 40;

/** The same for a terminal: a line a variant, its runs as dots, the mean a bar, the ideal a dashed one, then the figures. */
export function writeChart({ rows, workers }: Chart): string {
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
    ...(workers === undefined ? [] : [`╎ ideal for ${workers}`]),
    ...(rows.some((row) => row.earlier.length > 0) ? ["˙ earlier runs"] : []),
  ];
  return [...lines, `${" ".repeat(width + 2)}${legend.join("   ")}`].join("\n");
}
