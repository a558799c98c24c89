/**
 * The sum of `values` without the rounding errors of adding in turn, as Python's `math.fsum`, which %timeit's mean and
 * deviation use; so seven equal times have a deviation of 0. Algorithm: Shewchuk, "Adaptive Precision Floating-Point
 * Arithmetic and Fast Robust Geometric Predicates" (1997).
 *
 * @example
 * exactSum([0.1, 0.2, 0.3]); // 0.6, where 0.1 + 0.2 + 0.3 is 0.6000000000000001
 */
export function exactSum(values: readonly number[]): number {
  const partials: number[] = [];
  for (const value of values) {
    let x = value;
    let kept = 0;
    for (const partial of partials) {
      const [large, small] = Math.abs(x) < Math.abs(partial) ? [partial, x] : [x, partial];
      x = large + small;
      const lost = small - (x - large);
      if (lost !== 0) partials[kept++] = lost;
    }
    partials.length = kept;
    partials.push(x);
  }
  return partials.reduceRight((total, partial) => total + partial, 0);
}
