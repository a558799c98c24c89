/** The stretches of a lane as boxes, one each, or, where these would be too many to draw, as layers of shares. */
import { formatTime } from "../../timing/formatTime";
import type { TaskRecord } from "../../pool/record/recorder";
import { cleanText } from "../draw/text";
import type { Lane, Phase, Stretch } from "./lanes";

export interface Box {
  readonly from: number;
  readonly to: number;
  readonly phase: Phase;
  readonly title: string;
}

export function boxesOf(lane: Lane): Box[] {
  return lane.stretches.map(({ from, to, phase, task }) => ({ from, to, phase, title: titleOf(task) }));
}

function titleOf(task: TaskRecord): string {
  const items =
    task.first === undefined
      ? ""
      : task.items === 1
        ? `, item ${task.first}`
        : `, items ${task.first} to ${task.first + task.items - 1}`;
  const times = (
    [
      ["sending", task.started - task.sent],
      ["computing", task.ended - task.started],
      ["sending back", task.done - task.ended],
    ] as const
  ).map(([what, time]) => `${what} ${formatTime(time / 1000)}`);
  return `${task.name === "" ? "a function" : cleanText(task.name)}${items}${task.failed ? ", failed" : ""}: ${times.join(", ")}`;
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

/** From the lower edge of the lane up. */
const LAYERS = ["computing", "sending", "sending back", "starting"] as const;

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
