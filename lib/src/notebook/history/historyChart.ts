/** How the speed-ups of comparisons went from run to run: a strip a comparison, a line a variant. It draws and reads no file. */
import { nameOf, verdictsOf, type HistoryEntry } from "../../timing/historyEntry";
import { drawCard, lineSymbol, text, MARGIN, WIDTH } from "../draw/card";
import { plotGroup } from "../draw/plot";
import { cleanText, columnWidth, dayAndTime, escapeMarkup, fit } from "../draw/text";
import { colourOf, GRID, SMALL_SIZE, SOFT_INK, STILL, TEXT_SIZE } from "../draw/theme";

/** Strips beyond these would be too many for one look: the comparisons that were run last. */
const STRIPS = 6;
const STRIP_HEIGHT = 64;
const RIGHT = WIDTH - MARGIN - 152;

interface Point {
  readonly run: number;
  readonly speedup: number;
  readonly variant: string;
  readonly colour: string;
  readonly title: string;
}
interface Strip {
  readonly name: string;
  readonly runs: number;
  /** The date of the first run. */
  readonly since: string;
  readonly points: readonly Point[];
}

/** Undefined when no comparison was made twice: one point makes no line. */
export function drawHistory(entries: readonly HistoryEntry[]): { rich: string; text: string } | undefined {
  const strips = stripsOf(entries);
  if (strips.length === 0) return undefined;
  const names = strips.map(({ name }) => name);
  const left = MARGIN + columnWidth(names, TEXT_SIZE, { least: 60, most: 112 }) + 16;
  const body = strips.map(
    (strip, index) => `<g transform="translate(0,${index * STRIP_HEIGHT})">${drawStrip(strip, left)}</g>`,
  );
  const said = strips.map(({ name, runs, since, points }) => {
    const last = points.filter(({ run }) => run === runs);
    return `${name}, ${runs} times since ${dayAndTime(since)}; last: ${last.map(({ variant, speedup }) => `${variant} ${inBrief(speedup)}`).join(", ")}.`;
  });
  return {
    rich: drawCard({
      title: "Speed-up from run to run",
      conclusion: "The speed-ups of each comparison, from its first run to its last.",
      details: said.join(" "),
      height: strips.length * STRIP_HEIGHT,
      body: body.join(""),
      legend: [
        {
          text: "line: as fast as the first variant",
          symbol: lineSymbol(`stroke="${SOFT_INK}" stroke-dasharray="2 2"`),
        },
        { text: "the number: the last run" },
      ],
      notes: [],
    }),
    text: said.join("\n"),
  };
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
      const variants = [...new Set(group.flatMap((entry) => entry.variants.slice(1).map(({ name }) => name)))];
      const points = group.flatMap((entry, run) =>
        verdictsOf(entry)
          .filter(({ verdict }) => !Number.isNaN(verdict.ratio))
          .map(({ name, verdict: { ratio } }) => ({
            run: run + 1,
            speedup: ratio,
            variant: name,
            colour: colourOf(variants.indexOf(name) + 1),
            title: `${cleanText(name)}, ${dayAndTime(entry.date)}: ${ratio.toPrecision(3)}`,
          })),
      );
      return { name: nameOf(group[0]), runs: group.length, since: group[0].date, points };
    });
}

function drawStrip({ name, runs, points }: Strip, left: number): string {
  const width = RIGHT - left;
  const values = points.map(({ speedup }) => speedup);
  const low = Math.min(1, ...values) / 1.1;
  const high = Math.max(1, ...values) * 1.1;
  const area = {
    left,
    width,
    height: STRIP_HEIGHT,
    x: { type: "linear", domain: [1, Math.max(2, runs)], range: [8, width - 8] },
    y: { type: "log", domain: [low, high], range: [STRIP_HEIGHT - 10, 8] },
  } as const;
  const chart = plotGroup(area, (Plot) => [
    Plot.frame({ fill: STILL, stroke: GRID, insetTop: 2, insetBottom: 4 }),
    Plot.ruleY([1], { stroke: SOFT_INK, strokeDasharray: "2 2" }),
    Plot.line(points, { x: "run", y: "speedup", z: "variant", stroke: "colour", strokeWidth: 1.75 }),
    Plot.dot(points, { x: "run", y: "speedup", r: 3, fill: "colour", title: "title" }),
  ]);
  const last = points
    .filter(({ run }) => run === runs)
    .sort((one, other) => other.speedup - one.speedup)
    .slice(0, 3);
  const middle = STRIP_HEIGHT / 2 - 1;
  return [
    chart,
    text(left - 12, middle, fit(name, left - MARGIN - 12, TEXT_SIZE), {
      anchor: "end",
      weight: 600,
      size: TEXT_SIZE - 1,
    }),
    text(left - 12, middle + 16, `${runs} times`, { anchor: "end", colour: SOFT_INK, size: SMALL_SIZE }),
    // Letters in the lighter colours could not be read: the dot has the colour.
    ...last.map(({ variant, speedup, colour }, index) => {
      const y = middle + 5 + (index - (last.length - 1) / 2) * 17;
      const words = text(RIGHT + 24, y, `${fit(variant, 60, SMALL_SIZE)} ${inBrief(speedup)}`, {
        size: SMALL_SIZE,
        weight: 600,
      });
      return `<g><title>${escapeMarkup(variant)}</title><circle cx="${RIGHT + 15}" cy="${y - 4}" r="4" fill="${colour}"/>${words}</g>`;
    }),
  ].join("");
}

/** "2.0×", "23× slower". */
function inBrief(speedup: number): string {
  const factor = speedup >= 1 ? speedup : 1 / speedup;
  const digits = factor < 9.95 ? 1 : 0;
  return `${factor.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits })}×${speedup >= 1 ? "" : " slower"}`;
}
