/**
 * Confidence intervals that ask nothing of how times are distributed: a run that another program disturbed must not decide. All of them are of
 * differences of logarithms, so of ratios.
 *
 * Sources: Hodges and Lehmann, "Estimates of Location Based on Rank Tests", Annals of Mathematical Statistics 34 (1963); Hollander, Wolfe and
 * Chicken, "Nonparametric Statistical Methods" (2014), sections 3.3 (pairs) and 4.3 (two samples).
 */

/** How sure an interval is: that of every verdict, and the stricter one with which a measurement may end early. */
export type Confidence = 0.95 | 0.995;

/** An estimate and the ends of its interval. */
export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

const NORMAL_QUANTILES = { 0.95: 1.959964, 0.995: 2.807034 } as const;
/** Student's t at 97.5 % for 1, 2, 3 and 4 degrees of freedom. */
const STUDENT_QUANTILES = [12.7062, 4.3027, 3.1824, 2.7764];
/** Up to so many pairs the distribution of Wilcoxon's statistic is counted out. */
const MOST_COUNTED = 40;

/**
 * The centre of paired differences with its interval: the median of the means of any two of them (Hodges and Lehmann), with the interval of
 * Wilcoxon's signed-rank test. That test can be 95 % sure from six pairs on; fewer take Student's t. One pair has an endless interval.
 */
export function intervalOfPairs(differences: readonly number[], confidence: Confidence = 0.95): Interval {
  const count = differences.length;
  const means = new Float64Array((count * (count + 1)) / 2);
  let filled = 0;
  for (const [index, one] of differences.entries())
    for (let other = index; other < count; other++) means[filled++] = (one + (differences[other] as number)) / 2;
  means.sort();
  const cut = signedRankCut(count, confidence);
  if (cut > 0) return cutInterval(means, cut);
  const quantile = confidence === 0.95 ? STUDENT_QUANTILES[count - 2] : undefined;
  const value = differences.reduce((sum, difference) => sum + difference, 0) / count;
  if (quantile === undefined) return { value, low: -Infinity, high: Infinity };
  const variance = differences.reduce((sum, difference) => sum + (difference - value) ** 2, 0) / (count - 1);
  const reach = quantile * Math.sqrt(variance / count);
  return { value, low: value - reach, high: value + reach };
}

/**
 * How far the values of `other` lie above those of `one`: the median of all differences, with the interval of the Mann-Whitney test. Samples too
 * small for that test have an endless interval.
 */
export function intervalOfSamples(
  one: readonly number[],
  other: readonly number[],
  confidence: Confidence = 0.95,
): Interval {
  const differences = new Float64Array(one.flatMap((first) => other.map((second) => second - first))).sort();
  const [m, n] = [one.length, other.length];
  const spread = Math.sqrt((m * n * (m + n + 1)) / 12);
  return cutInterval(differences, Math.floor((m * n) / 2 - NORMAL_QUANTILES[confidence] * spread));
}

/** The middle of sorted values, and the `cut`-th from each end. */
function cutInterval(sorted: Float64Array, cut: number): Interval {
  const last = sorted.length - 1;
  const at = (index: number) => sorted[index] as number;
  const value = (at(Math.floor(last / 2)) + at(Math.ceil(last / 2))) / 2;
  return cut > 0 ? { value, low: at(cut - 1), high: at(last - cut + 1) } : { value, low: -Infinity, high: Infinity };
}

/** The largest c for which Wilcoxon's statistic of `count` pairs is below c with a chance of at most (1 - confidence) / 2; 0 where there is none. */
function signedRankCut(count: number, confidence: Confidence): number {
  const sums = (count * (count + 1)) / 2;
  if (count > MOST_COUNTED) {
    const spread = Math.sqrt((sums * (2 * count + 1)) / 12);
    return Math.floor(sums / 2 - NORMAL_QUANTILES[confidence] * spread);
  }
  // ways[s]: in how many ways some of the ranks 1 to count add up to s.
  const ways = new Float64Array(sums + 1);
  ways[0] = 1;
  for (let rank = 1; rank <= count; rank++)
    for (let sum = sums; sum >= rank; sum--) ways[sum] = (ways[sum] as number) + (ways[sum - rank] as number);
  const most = ((1 - confidence) / 2) * 2 ** count;
  let [cut, below] = [0, 0];
  while (below + (ways[cut] as number) <= most) below += ways[cut++] as number;
  return cut;
}
