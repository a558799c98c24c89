/**
 * Amdahl's law: with a share s of the work that only one worker can do, n workers are 1 / (s + (1 - s) / n) times as fast, and
 * never more than 1 / s. Source: Amdahl, "Validity of the single processor approach to achieving large scale computing
 * capabilities", AFIPS 1967.
 */
export function speedupWith(serialShare: number, workers: number): number {
  return 1 / (serialShare + (1 - serialShare) / workers);
}

/** A speed-up that was measured. */
export interface MeasuredSpeedup {
  readonly workers: number;
  readonly speedup: number;
}

/**
 * The serial share, 0 to 1, that comes closest to measured speed-ups (least squares of the times).
 *
 * @example
 * serialShareOf([{ workers: 2, speedup: 1.6 }]); // 0.25: with 2 workers 0.625 of the time, of which 0.25 cannot be shared
 */
export function serialShareOf(measured: readonly MeasuredSpeedup[]): number {
  let [above, below] = [0, 0];
  for (const { workers, speedup } of measured) {
    const shared = 1 - 1 / workers;
    above += shared * (1 / speedup - 1 / workers);
    below += shared ** 2;
  }
  return Math.min(1, Math.max(0, above / below));
}
