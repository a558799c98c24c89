/** Names beside points: each beside its own, a little higher or lower where it would cover something else. Arithmetic only. */

/** A name that begins at `x` and would like its middle at `y`, in pixels. */
export interface Label {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}
interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Pixels from one line of small type to the next. */
const LINE = 13;
/** Further away nobody would know whose name it is. */
const SHIFTS = [0, LINE, -LINE, 2 * LINE, -2 * LINE];
const RADIUS = 5;

/**
 * The heights of the labels, in their order, so that none covers another or a point; undefined for one that finds no place near its
 * point. Those that come first have the first choice.
 *
 * @example
 * placed([{ x: 0, y: 50, width: 40 }, { x: 0, y: 52, width: 40 }], [], 200); // [50, 65]
 */
export function placed(
  labels: readonly Label[],
  points: readonly { x: number; y: number }[],
  bottom: number,
): (number | undefined)[] {
  const taken: Box[] = points.map(({ x, y }) => ({
    left: x - RADIUS,
    right: x + RADIUS,
    top: y - RADIUS,
    bottom: y + RADIUS,
  }));
  return labels.map(({ x, y, width }) => {
    const boxes = SHIFTS.map((shift) => ({
      left: x,
      right: x + width,
      top: y + shift - LINE / 2,
      bottom: y + shift + LINE / 2,
    }));
    const free = boxes.find(
      (box) => box.top >= -LINE && box.bottom <= bottom && !taken.some((other) => overlap(box, other)),
    );
    if (free === undefined) return undefined;
    taken.push(free);
    return (free.top + free.bottom) / 2;
  });
}

function overlap(one: Box, other: Box): boolean {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
}
