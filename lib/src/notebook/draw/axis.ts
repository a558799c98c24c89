/** Where times go on an axis, and where its ticks are. Arithmetic only. */
/** WorkerCounts further apart than this leave the shortest no room on a scale from zero. */
const FAR_APART = 20;

export interface Scale {
  readonly type: "linear" | "log";
  readonly start: number;
  readonly end: number;
}

/** How times become places: from zero where that can be read, else in powers of ten. */
export function scaleOf(times: readonly number[], means: readonly number[]): Scale {
  const longest = times.reduce((most, time) => Math.max(most, time), 0);
  const shortest = times.reduce((least, time) => Math.min(least, time), Infinity);
  if (shortest > 0 && Math.max(...means) > FAR_APART * Math.min(...means)) {
    return {
      type: "log",
      start: 10 ** Math.floor(Math.log10(shortest)),
      end: 10 ** Math.ceil(Math.log10(longest * 1.01)),
    };
  }
  return { type: "linear", start: 0, end: longest > 0 ? longest * 1.03 : 1 };
}

/** Where a time is between the two ends, 0 to 1. */
export function placeOf({ type, start, end }: Scale, time: number): number {
  const at = type === "linear" ? (time - start) / (end - start) : Math.log(time / start) / Math.log(end / start);
  return Math.min(1, Math.max(0, at));
}

/** At most `most` round times on a scale. */
export function ticksOf({ type, start, end }: Scale, most: number): number[] {
  if (type === "linear") return ticksUpTo(end, most);
  const first = Math.round(Math.log10(start));
  const powers = Math.round(Math.log10(end)) - first;
  const step = Math.ceil((powers + 1) / most);
  return Array.from({ length: Math.floor(powers / step) + 1 }, (_, index) => 10 ** (first + index * step));
}

/** 0 and at most `count` equal steps of 1, 2 or 5 times a power of ten up to `end`. */
export function ticksUpTo(end: number, count: number): number[] {
  const power = 10 ** Math.floor(Math.log10(end / count));
  const step = power * ([1, 2, 5].find((factor) => factor * power * count >= end) ?? 10);
  return Array.from({ length: Math.floor(end / step) + 1 }, (_, index) => index * step);
}
