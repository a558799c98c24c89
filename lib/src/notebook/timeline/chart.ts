/** The picture of a pool's work: a lane a worker, its time in colours, the totals as a legend. It draws what `lanes` found. */
import { counted } from "../../base/counted";
import { formatTime } from "../../timing/formatTime";
import { exactSum } from "../../timing/timeit";
import { ticksUpTo } from "../draw/axis";
import { cardTop, drawCard, text, MARGIN, WIDTH } from "../draw/card";
import type { Region } from "../draw/image";
import { AXIS_HEIGHT, gridAndAxis, plotGroup, timeTick } from "../draw/plot";
import { aligned, fit, percent, textWidth } from "../draw/text";
import { GROUND, PHASE_COLOURS, SMALL_SIZE, SOFT_INK, STILL, TEXT_SIZE } from "../draw/theme";
import { bandsOf, EXTENTS, sharesByColumn, toldOf, type Band } from "./boxes";
import { LAYERS, PHASES, sharesOf, type Lane, type Lanes, type Phase, type Stretch } from "./lanes";

export interface TimelinePicture {
  readonly title: string | undefined;
  readonly lanes: Lanes;
  /** For those who do not see the picture. */
  readonly conclusion: string;
  /** Sentences under it. */
  readonly notes: readonly string[];
}

/** Pixels that the names of workers have at least, and those of machines at most. */
const NAME_WIDTH = 66;
const LONGEST_NAME = 150;
/** Where the time ends. */
const END = WIDTH - MARGIN - 92;
/** Pixels of a column, where the tasks are too many to be drawn one by one. */
const COLUMN = 2;
/** In all lanes together; more take too long to draw. */
const MOST_COLUMNS = 1500;
/** More stretches than this take too long to draw, or are too thin to see. */
const MOST_STRETCHES = 400;

export function drawTimeline({ title, lanes: found, conclusion, notes }: TimelinePicture): string {
  const { lanes, length } = found;
  const rowHeight = heightOf(lanes.length);
  const single = drawnSingly(lanes);
  return drawCard({
    title,
    conclusion,
    notes,
    details: lanes.map((lane) => `${lane.name}: ${busyOf(lane, length)}, ${counted(lane.tasks, "task")}.`).join(" "),
    height: lanes.length * rowHeight + AXIS_HEIGHT,
    body: drawLanes(found, rowHeight) + drawLabels(found, rowHeight),
    legend: [
      ...(single ? [] : [{ text: "from below:" }]),
      ...sharesOf(found, single ? PHASES : LAYERS).map(({ name, share }) => ({
        text: `${name} ${percent(share)}`,
        symbol: symbolOf(name, single),
      })),
    ],
  });
}

function symbolOf(name: Phase | "waiting", single: boolean): string {
  const [top, bottom] = single && name !== "waiting" ? EXTENTS[name] : [0, 1];
  const fill =
    name === "waiting" ? `fill="${STILL}" stroke="${SOFT_INK}" stroke-width="0.75"` : `fill="${PHASE_COLOURS[name]}"`;
  return `<rect x="-5.5" y="${-5.5 + 11 * top}" width="11" height="${11 * (bottom - top)}" ${fill}/>`;
}

/** Where on the picture the pointer is told of a task; nowhere when the tasks are too many to be drawn one by one. */
export function regionsOf({ title, lanes: { lanes, length } }: TimelinePicture): Region[] {
  if (!drawnSingly(lanes)) return [];
  const [top, rowHeight] = [cardTop(title), heightOf(lanes.length)];
  const start = startOf(lanes);
  const across = (time: number) => start + (time / length) * (END - start);
  const down = (row: number, share: number) => top + placeIn(row, share, rowHeight) * rowHeight;
  return lanes.flatMap((lane, row) =>
    toldOf(lane).map(({ from, to, tells }) => ({
      x: across(from),
      x2: across(to),
      y: down(row, 0),
      y2: down(row, 1),
      tells,
    })),
  );
}

/** The same in words. */
export function tasksInWords({ lanes: { lanes } }: TimelinePicture): string[] {
  if (!drawnSingly(lanes)) return [];
  return lanes.flatMap((lane) => toldOf(lane).map(({ tells }) => `${lane.name}: ${tells}`));
}

/** Pixels of a lane. */
function heightOf(lanes: number): number {
  return lanes <= 8 ? 36 : Math.max(8, Math.floor(288 / lanes));
}

/** Where in the lanes, from 0 to their number, a share of a lane's boxes is: between two boxes there is a gap. */
function placeIn(row: number, share: number, rowHeight: number): number {
  const inset = rowHeight > 30 ? 5 : rowHeight > 14 ? 2 : 1;
  return row + (inset + share * (rowHeight - 2 * inset)) / rowHeight;
}

function drawnSingly(lanes: readonly Lane[]): boolean {
  return lanes.flatMap(({ stretches }) => stretches).length <= MOST_STRETCHES;
}

function drawLanes({ lanes, length, pauses }: Lanes, rowHeight: number): string {
  const start = startOf(lanes);
  const width = END - start;
  const end = length || 1;
  const y = (row: number, share: number) => placeIn(row, share, rowHeight);
  const single = drawnSingly(lanes);
  const boxes = single ? lanes.flatMap(({ stretches }, row) => stretches.map((stretch) => ({ ...stretch, row }))) : [];
  const columns = Math.ceil(Math.min(width / COLUMN, MOST_COLUMNS / lanes.length));
  const bands = single
    ? []
    : lanes.flatMap((lane, row) => bandsOf(lane, end, columns).map((band) => ({ ...band, row })));
  const area = {
    left: start,
    width,
    height: lanes.length * rowHeight,
    x: { type: "linear", domain: [0, end] },
    y: { type: "linear", domain: [0, lanes.length] },
  } as const;
  const whole = { y1: ({ row }: Placed) => y(row, 0), y2: ({ row }: Placed) => y(row, 1) };
  return plotGroup(area, (Plot) => [
    Plot.rect(
      lanes.map((_, row) => ({ row })),
      { ...whole, x1: 0, x2: end, fill: STILL },
    ),
    ...gridAndAxis(Plot, "x", ticksUpTo(end, Math.floor(width / 56)), { tickFormat: timeTick, stroke: GROUND }),
    Plot.rect(boxes, {
      x1: "from",
      x2: "to",
      y1: ({ row, phase }: Placed<Stretch>) => y(row, EXTENTS[phase][0]),
      y2: ({ row, phase }: Placed<Stretch>) => y(row, EXTENTS[phase][1]),
      fill: ({ phase }: Stretch) => PHASE_COLOURS[phase],
    }),
    Plot.areaY(bands, {
      x: "time",
      y1: ({ row, bottom }: Placed<Band>) => y(row, bottom),
      y2: ({ row, top }: Placed<Band>) => y(row, top),
      z: ({ row, phase }: Placed<Band>) => `${row} ${phase}`,
      fill: ({ phase }: Band) => PHASE_COLOURS[phase],
      curve: "step-after",
    }),
    Plot.ruleX(single ? borders(lanes, end / width) : [], { ...whole, x: "time", stroke: GROUND, strokeWidth: 1 }),
    Plot.ruleX(pauses, { x: "at", stroke: SOFT_INK, strokeDasharray: "2 3" }),
  ]);
}

type Placed<Thing = unknown> = Thing & { readonly row: number };

/** Where one task follows another without a gap, a light line parts them, when there is room for one. */
function borders(lanes: readonly Lane[], pixel: number): Placed<{ time: number }>[] {
  return lanes.flatMap(({ stretches, tasks }, row) => {
    const length = stretches.at(-1)?.to ?? 0;
    if (length < 12 * pixel * tasks) return [];
    return stretches
      .filter(({ task }, index) => index > 0 && task !== stretches[index - 1]?.task)
      .map(({ from }) => ({ row, time: from }));
  });
}

/** "worker 2", "lab-7 · 2"; of a machine's long name only the beginning, but always the number, which tells its lanes apart. */
function labelOf({ name }: Lane): string {
  const [machine = "", number] = name.split(" worker ");
  const rest = number === undefined ? "" : ` · ${number}`;
  return fit(machine, LONGEST_NAME - textWidth(rest, TEXT_SIZE), TEXT_SIZE) + rest;
}

/** Where the time begins: beside the longest name. */
function startOf(lanes: readonly Lane[]): number {
  const widths = lanes.map((lane) => Math.ceil(textWidth(labelOf(lane), TEXT_SIZE)));
  return MARGIN + 10 + widths.reduce((most, width) => Math.max(most, width), NAME_WIDTH);
}

function drawLabels({ lanes, length }: Lanes, rowHeight: number): string {
  const two = rowHeight > 30;
  // Of very many workers not each can be named.
  const each = rowHeight < 15 ? Math.ceil(30 / rowHeight) : 1;
  const start = startOf(lanes);
  const rows = lanes.map((lane, row) => {
    if (row % each !== 0) return "";
    const middle = (row + 0.5) * rowHeight;
    const name = { anchor: "end", size: TEXT_SIZE - 1, weight: 600 } as const;
    const tasks = text(END + 12, middle + 13, counted(lane.tasks, "task"), { colour: SOFT_INK, size: SMALL_SIZE });
    return [
      text(start - 10, middle + 4.5, labelOf(lane), name),
      text(END + 12, middle + (two ? -2 : 4.5), busyOf(lane, length), { size: TEXT_SIZE - 1, weight: 600 }),
      ...(two ? [tasks] : []),
    ].join("");
  });
  return rows.join("");
}

const CELLS = 48;
const MARKS: Record<Phase, string> = { starting: "░", sending: "▒", computing: "█", "sending back": "▓" };
const STILL_MARK = "·";

/** The same for a terminal; each cell shows what most of its time was spent on. */
export function writeTimeline({ title, lanes: found, notes }: TimelinePicture): string {
  const { lanes, length } = found;
  const rows = aligned(
    lanes.map((lane) => [
      lane.name,
      `│${cellsOf(lane.stretches, length || 1)}│`,
      `${busyOf(lane, length)}, ${counted(lane.tasks, "task")}`,
    ]),
  );
  const legend = sharesOf(found).map(
    ({ name, share }) => `${name === "waiting" ? STILL_MARK : MARKS[name]} ${name} ${percent(share)}`,
  );
  return [
    ...(title === undefined ? [] : [title]),
    ...rows,
    `0 to ${formatTime(length / 1000)}   ${legend.join("   ")}`,
    ...notes,
  ].join("\n");
}

function cellsOf(stretches: readonly Stretch[], end: number): string {
  return sharesByColumn(stretches, end, CELLS)
    .map((shares) => {
      let [most, mark] = [1 - exactSum(Object.values(shares)), STILL_MARK];
      for (const phase of PHASES) if (shares[phase] > most) [most, mark] = [shares[phase], MARKS[phase]];
      return mark;
    })
    .join("");
}

function busyOf(lane: Lane, length: number): string {
  return `${percent(lane.spent.computing / (length || 1))} busy`;
}
