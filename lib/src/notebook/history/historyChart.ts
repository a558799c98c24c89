/** How the speed-ups of comparisons went from run to run: a strip a comparison, a line a variant. It draws and reads no file. */
import { nameOf, verdictsOf, type HistoryEntry } from "../../timing/historyEntry";
import { verdictInBrief } from "../../timing/verdict";
import { drawCard, formOf, formSymbol, lineSymbol, text, MARGIN, WIDTH } from "../draw/card";
import { gridAndAxis, plotGroup } from "../draw/plot";
import type { Picture } from "../display";
import { BOLD, dayAndTime, fit, wrap } from "../draw/text";
import { colourOf, GROUND, SMALL_SIZE, SOFT_INK, STILL, TEXT_SIZE } from "../draw/theme";

/** Strips beyond these would be too many for one look: the comparisons that were run last. */
const STRIPS = 6;
const LEFT = MARGIN + 34;
const RIGHT = WIDTH - MARGIN - 150;
const TITLE_LINE = 19;
/** Of a variant's two lines at the right. */
const LABEL_HEIGHT = 34;
const LEAST_HEIGHT = 72;
/** The dates below, and room to the next strip. */
const BELOW = 40;
/** Ticks are these times a power of ten. */
const STEPS = [1, 2, 5];

interface Variant {
  readonly name: string;
  readonly points: readonly { readonly run: number; readonly speedup: number }[];
  /** What the table says of its last run; undefined when that had no such variant. */
  readonly last: string | undefined;
}
interface Strip {
  readonly title: string;
  readonly runs: number;
  /** The dates of the first and of the last run. */
  readonly since: string;
  readonly until: string;
  readonly variants: readonly Variant[];
}

/** Undefined when no comparison was made twice: one point makes no line. */
export function drawHistory(entries: readonly HistoryEntry[]): Picture | undefined {
  const strips = stripsOf(entries);
  if (strips.length === 0) return undefined;
  const said = strips.map(({ title, runs, since, variants }) => {
    const last = variants.flatMap(({ name, last }) => (last === undefined ? [] : [`${name}: ${last}`]));
    return `${title}, ${runs} times since ${dayAndTime(since)}; last: ${last.join(", ")}.`;
  });
  return {
    mime: "image/svg+xml",
    get rich() {
      return drawStrips(strips, said);
    },
    text: said.join("\n"),
  };
}

function drawStrips(strips: readonly Strip[], said: readonly string[]): string {
  let height = 0;
  const body = strips.map((strip) => {
    const drawn = drawStrip(strip);
    const placed = `<g transform="translate(0,${height})">${drawn.markup}</g>`;
    height += drawn.height;
    return placed;
  });
  return drawCard({
    title: "Speed-up from run to run",
    conclusion: "The speed-ups of each comparison, from its first run to its last.",
    details: said.join(" "),
    height: height - BELOW + 24,
    body: body.join(""),
    legend: [
      {
        text: "1×: as fast as the first variant",
        symbol: lineSymbol(`stroke="${SOFT_INK}" stroke-width="1.5"`),
      },
    ],
    notes: [],
  });
}

function stripsOf(entries: readonly HistoryEntry[]): Strip[] {
  const groups = new Map<string, [HistoryEntry, ...HistoryEntry[]]>();
  for (const entry of entries) {
    const group = groups.get(entry.key);
    // The one that was run last comes last.
    groups.delete(entry.key);
    group?.push(entry);
    groups.set(entry.key, group ?? [entry]);
  }
  return [...groups.values()]
    .filter((group) => group.length > 1 && group.at(-1)?.variants.length !== 1)
    .slice(-STRIPS)
    .map((group) => {
      const runs = group.map((entry) => new Map(verdictsOf(entry).map(({ name, verdict }) => [name, verdict])));
      const names = [...new Set(runs.flatMap((run) => [...run.keys()]))];
      const variants = names.map((name) => {
        const points = runs.flatMap((run, index) => {
          const value = run.get(name)?.ratio ?? NaN;
          return Number.isFinite(value) && value > 0 ? [{ run: index + 1, speedup: value }] : [];
        });
        const last = runs.at(-1)?.get(name);
        return { name, points, last: last === undefined ? undefined : verdictInBrief(last) };
      });
      const [first, newest = first] = [group[0], group.at(-1)];
      return { title: nameOf(first), runs: group.length, since: first.date, until: newest.date, variants };
    });
}

function drawStrip({ title, runs, since, until, variants }: Strip): { markup: string; height: number } {
  const lines = wrap(title, WIDTH - 2 * MARGIN, TEXT_SIZE * BOLD);
  const top = lines.length * TITLE_LINE;
  const height = Math.max(LEAST_HEIGHT, variants.length * LABEL_HEIGHT);
  const width = RIGHT - LEFT;
  const values = variants.flatMap(({ points }) => points.map(({ speedup }) => speedup));
  const [low, high] = [Math.min(0.8, ...values) / 1.1, Math.max(1.25, ...values) * 1.1];
  const area = {
    left: LEFT,
    top,
    width,
    height,
    x: { type: "linear", domain: [1, Math.max(2, runs)], range: [10, width - 10] },
    y: { type: "log", domain: [low, high], range: [height - 4, 4] },
  } as const;
  const chart = plotGroup(area, (Plot) => [
    Plot.frame({ fill: STILL, insetBottom: 0 }),
    ...gridAndAxis(Plot, "y", ticksBetween(low, high), { tickFormat: (tick) => `${tick}×`, stroke: GROUND }),
    Plot.ruleY([1], { stroke: SOFT_INK, strokeWidth: 1.5 }),
    ...variants.flatMap(({ points }, index) => {
      const { symbol, dashes } = formOf(index);
      const [place, colour] = [{ x: "run", y: "speedup" }, colourOf(index + 1)];
      return [
        Plot.line(points, { ...place, stroke: colour, strokeWidth: 1.75, strokeDasharray: dashes }),
        Plot.dot(points, { ...place, symbol, r: 3.5, fill: colour, stroke: GROUND, strokeWidth: 0.75 }),
      ];
    }),
  ]);
  const soft = { colour: SOFT_INK, size: SMALL_SIZE } as const;
  const labels = variants.map(({ name, last }, index) => {
    const y = top + (height - variants.length * LABEL_HEIGHT) / 2 + index * LABEL_HEIGHT;
    return [
      `<g transform="translate(${RIGHT + 18},${y + 10})">${formSymbol(index, colourOf(index + 1))}</g>`,
      text(RIGHT + 30, y + 14, fit(name, 120, SMALL_SIZE * BOLD), { size: SMALL_SIZE, weight: 600 }),
      text(RIGHT + 30, y + 29, last ?? "not in the last run", soft),
    ].join("");
  });
  return {
    markup: [
      ...lines.map((line, index) => text(MARGIN, 12 + index * TITLE_LINE, line, { weight: 600 })),
      chart,
      text(LEFT, top + height + 16, dayAndTime(since), soft),
      text(RIGHT, top + height + 16, dayAndTime(until), { ...soft, anchor: "end" }),
      text(RIGHT + 30, top + height + 16, `${runs} times`, soft),
      ...labels,
    ].join(""),
    height: top + height + BELOW,
  };
}

/** Round speed-ups on a scale in powers of ten, at most five of them, 1 always. */
function ticksBetween(low: number, high: number): number[] {
  const powers = Array.from({ length: 19 }, (_, index) => index - 9);
  const ticksOf = (steps: readonly number[], every: number) =>
    powers
      .filter((power) => power % every === 0)
      .flatMap((power) => steps.map((step) => Number(`${step}e${power}`)))
      .filter((tick) => tick >= low && tick <= high);
  const choices = [ticksOf(STEPS, 1), ticksOf([1], 1), ticksOf([1], 3)];
  return choices.find((ticks) => ticks.length <= 5) ?? [1];
}
