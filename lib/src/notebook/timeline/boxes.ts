/** The stretches of a lane as boxes, one each, or, where these would be too many to draw, as layers of shares. */
import { formatTime } from "../../timing/formatTime";
import type { TaskRecord } from "../../pool/record/taskLog";
import { cleanText } from "../display";
import type { Lane, Phase } from "./lanes";

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

/** One column of a layer: how much of its time a phase took, as a band between two heights, 0 being the upper edge of the lane. */
export interface Band {
  readonly time: number;
  readonly phase: Phase;
  readonly top: number;
  readonly bottom: number;
}

/** From the lower edge of the lane up. */
const LAYERS = ["computing", "sending", "sending back", "starting"] as const;

/** The lane cut into columns of `column` milliseconds up to `end`, each filled by the shares of its phases. */
export function bandsOf({ stretches }: Lane, end: number, column: number): Band[] {
  const count = Math.ceil(end / column);
  const shares = new Map(LAYERS.map((phase) => [phase, new Float64Array(count)]));
  for (const { phase, from, to } of stretches) {
    const own = shares.get(phase)!;
    for (let at = Math.floor(from / column); at < count && at * column < to; at++) {
      own[at] += (Math.min(to, (at + 1) * column) - Math.max(from, at * column)) / column;
    }
  }
  // Each column reaches to where the next begins, the last to the end.
  return Array.from({ length: count + 1 }, (_, at) => {
    let bottom = 1;
    return LAYERS.map((phase) => {
      const band = {
        time: Math.min(end, at * column),
        phase,
        bottom,
        top: Math.max(0, bottom - shares.get(phase)![Math.min(at, count - 1)]),
      };
      bottom = band.top;
      return band;
    });
  }).flat();
}
