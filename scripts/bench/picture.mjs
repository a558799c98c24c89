// The table as a picture: a row a task, a point an opponent, drawn with the library's own chart parts.
import { createRequire } from "node:module";
import { formatRatio, megabytes, summaryOf } from "./report.mjs";

const need = createRequire(import.meta.url);
const {
  drawCard,
  dotSymbol,
  text,
  MARGIN,
  WIDTH,
  AXIS_HEIGHT,
  gridAndAxis,
  plotGroup,
  fit,
  colourOf,
  GROUND,
  INK,
  SMALL_SIZE,
  STILL,
} = need("../../lib/dist/internal.js");

const ROW = 26;
const NAMES = 220;
const FIGURES = 52;
const LEFT = MARGIN + NAMES + 12;
const CHART = WIDTH - MARGIN - FIGURES - LEFT;

/** Whom a line is against, in one word; each has a colour. */
const OPPONENTS = ["other", "Python", "workerpool", "poolifier", "tinypool", "piscina"];
const opponentOf = ({ against }) => OPPONENTS.find((name) => against.startsWith(name)) ?? "other";
const colour = (opponent) => colourOf(OPPONENTS.indexOf(opponent));

/** The SVG of the results of `contest`. Lines that are no race of two stand under it in words; those of growth, and of which nothing is asked, are in the table only. */
export function drawBench(found, head) {
  const shownHere = found.filter(({ times, aim }) => times === undefined && aim !== undefined);
  const races = shownHere.filter(({ ratios, isEfficiency }) => ratios !== undefined && !isEfficiency);
  const tasks = [...new Set(races.map(({ what }) => what))];
  const points = races.map((row) => {
    const { middle, least, most } = summaryOf(row);
    const opponent = opponentOf(row);
    return {
      task: tasks.indexOf(row.what),
      opponent,
      middle,
      least,
      most,
      colour: colour(opponent),
      title: `${row.what}, against ${row.against}: ${formatRatio(middle)} times as fast`,
    };
  });
  const shown = OPPONENTS.filter((opponent) => points.some((point) => point.opponent === opponent));
  const others = [
    ...new Set(races.filter((row) => opponentOf(row) === "other").map(({ against }) => against.split(" >")[0])),
  ];
  const labels = tasks.flatMap((task, index) => {
    const best =
      points.find((point) => point.task === index && point.opponent === "Python") ??
      points.find((point) => point.task === index);
    return [
      text(MARGIN + NAMES, (index + 0.5) * ROW + 4, fit(task, NAMES, SMALL_SIZE), { anchor: "end", size: SMALL_SIZE }),
      text(WIDTH - MARGIN, (index + 0.5) * ROW + 4, `${formatRatio(best.middle)} ×`, {
        anchor: "end",
        size: SMALL_SIZE,
        weight: 600,
      }),
    ];
  });
  const noRaces = shownHere
    .filter((row) => !races.includes(row))
    .map(
      (row) =>
        `${row.what}: ${row.bytes === undefined ? formatRatio(summaryOf(row).middle) : megabytes(summaryOf(row).middle)}.`,
    );
  return drawCard({
    title: "Times as fast as others",
    conclusion: `This project against ${[...shown.filter((name) => name !== "other"), ...others].join(", ")}: the median of each race, in times as fast.`,
    details: points.map(({ title }) => title).join("; "),
    height: tasks.length * ROW + AXIS_HEIGHT,
    body: points.length === 0 ? "" : drawPoints(points, tasks.length) + labels.join(""),
    legend: shown.map((opponent) => ({
      text: opponent === "other" ? others.join(", ") : opponent,
      symbol: dotSymbol(colour(opponent), { radius: 4.5 }),
    })),
    notes: [
      ...(noRaces.length > 0 ? [noRaces.join(" ")] : []),
      "The figure at the right is the one against Python, where there is one.",
      ...head,
    ],
  });
}

function drawPoints(points, rows) {
  const ends = points.flatMap(({ least, most }) => [least, most]);
  const [low, high] = [Math.min(0.5, ...ends) / 1.2, Math.max(2, ...ends) * 1.2];
  const ticks = [0.01, 0.1, 1, 10, 100, 1000].filter((tick) => tick >= low && tick <= high);
  // Those of one task stand a little below each other.
  const y = ({ task, opponent }) => task + 0.5 + (OPPONENTS.indexOf(opponent) - 2.5) * 0.11;
  const area = {
    left: LEFT,
    width: CHART,
    height: rows * ROW,
    x: { type: "log", domain: [low, high] },
    y: { type: "linear", domain: [0, rows] },
  };
  return plotGroup(area, (Plot) => [
    Plot.rect(
      Array.from({ length: Math.ceil(rows / 2) }, (_, index) => 2 * index),
      { x1: low, x2: high, y1: (row) => row, y2: (row) => row + 1, fill: STILL },
    ),
    ...gridAndAxis(Plot, "x", ticks),
    Plot.ruleX([1], { stroke: INK, strokeWidth: 1.25 }),
    Plot.link(points, { x1: "least", x2: "most", y1: y, y2: y, stroke: "colour", strokeWidth: 1.5 }),
    Plot.dot(points, { x: "middle", y, r: 3.5, fill: "colour", stroke: GROUND, strokeWidth: 0.75, title: "title" }),
  ]);
}
