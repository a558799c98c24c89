/** The stretches of a lane as boxes, one each, or, where these would be too many to draw, as layers of shares. */
import { formatTime } from "../../timing/formatTime";
import { exactSum } from "../../timing/timeit";
import type { TaskRecord } from "../../pool/record/recorder";
import { LAYERS, PHASES, type Lane, type Phase, type Stretch } from "./lanes";

/** Which part of a lane's height a phase takes, from the upper edge down: so phases are told apart without their colours. */
export const EXTENTS: Readonly<Record<Phase, readonly [number, number]>> = {
  starting: [0.35, 0.65],
  sending: [0.5, 1],
  computing: [0, 1],
  "sending back": [0, 0.5],
};

/** A task in its lane, or a start of its worker, and what is told of it. */
export interface Told {
  readonly from: number;
  readonly to: number;
  readonly tells: string;
}

export function toldOf({ stretches }: Lane): Told[] {
  const tasks = new Map<TaskRecord | Stretch, Stretch[]>();
  for (const stretch of stretches) {
    const key = stretch.task ?? stretch;
    tasks.set(key, [...(tasks.get(key) ?? []), stretch]);
  }
  return [...tasks.values()].flatMap((parts) => {
    const [first, last] = [parts[0], parts.at(-1)];
    if (first === undefined || last === undefined) return [];
    const took = (phase: Phase) =>
      `${phase} ${formatTime(exactSum(parts.filter((part) => part.phase === phase).map(({ from, to }) => to - from)) / 1000)}`;
    const tells =
      first.task === undefined
        ? took("starting")
        : `${nameOfTask(first.task)}: ${PHASES.slice(1).map(took).join(", ")}`;
    return [{ from: first.from, to: last.to, tells }];
  });
}

/** "count, items 8 to 15, failed" */
export function nameOfTask({ name, first, items, failed }: TaskRecord): string {
  const which = first === undefined ? "" : items === 1 ? `, item ${first}` : `, items ${first} to ${first + items - 1}`;
  return `${name === "" ? "a function" : name}${which}${failed ? ", failed" : ""}`;
}

/** How much of each column each phase takes, 0 to 1; the columns are equal parts of the time from 0 to `end`. */
export function sharesByColumn(stretches: readonly Stretch[], end: number, columns: number): Record<Phase, number>[] {
  const length = end / columns;
  const shares = Array.from({ length: columns }, () => ({ starting: 0, sending: 0, computing: 0, "sending back": 0 }));
  for (const { phase, from, to } of stretches) {
    const first = Math.floor(from / length);
    for (const [index, column] of shares.slice(first, Math.ceil(to / length)).entries()) {
      const start = (first + index) * length;
      column[phase] += Math.max(0, Math.min(to, start + length) - Math.max(from, start)) / length;
    }
  }
  return shares;
}

/** One column of a layer: how much of its time a phase took, as a band between two heights, 0 being the upper edge of the lane. */
export interface Band {
  readonly time: number;
  readonly phase: Phase;
  readonly top: number;
  readonly bottom: number;
}

/** The lane cut into columns up to `end`, each filled by the shares of its phases. */
export function bandsOf({ stretches }: Lane, end: number, columns: number): Band[] {
  const shares = sharesByColumn(stretches, end, columns);
  // Each column reaches to where the next begins, the last to the end.
  return [...shares, ...shares.slice(-1)].flatMap((share, column) => {
    let bottom = 1;
    return LAYERS.map((phase) => {
      const band = { time: (column * end) / columns, phase, bottom, top: Math.max(0, bottom - share[phase]) };
      bottom = band.top;
      return band;
    });
  });
}
