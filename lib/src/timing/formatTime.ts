/**
 * Times as IPython's %timeit prints them, to the letter: ports of the rules of `_format_time` and
 * `TimeitResult.__str__` in IPython/core/magics/execution.py (IPython 9). Nothing here measures anything.
 */

/** The parts of a time of a minute and more, in seconds. */
const LONG_UNITS: [string, number][] = [
  ["d", 86_400],
  ["h", 3_600],
  ["min", 60],
  ["s", 1],
];
const SHORT_UNITS = ["s", "ms", "μs", "ns"] as const;

/**
 * A time span in seconds as IPython writes it: three significant digits below a minute, whole parts from there on.
 *
 * @example
 * formatTime(0.0000129); // "12.9 μs"
 * formatTime(163);       // "2min 43s"
 */
export function formatTime(seconds: number): string {
  if (seconds >= 60) return formatLongTime(seconds);
  const order = seconds > 0 ? Math.min(-Math.floor(Math.floor(Math.log10(seconds)) / 3), 3) : 3;
  return `${formatG(seconds * 1000 ** order, 3)} ${SHORT_UNITS[order] ?? "s"}`;
}

function formatLongTime(seconds: number): string {
  const parts: string[] = [];
  let leftover = seconds;
  for (const [suffix, length] of LONG_UNITS) {
    const count = Math.trunc(leftover / length);
    if (count > 0) {
      leftover %= length;
      parts.push(`${count}${suffix}`);
    }
    if (leftover < 1) break;
  }
  return parts.join(" ");
}

/**
 * A number >= 0 as C and Python write it with "%.{digits}g": rounded half to even on its exact value, zeros at the end
 * dropped, with an exponent of two digits when that is below -4 or not below `digits`.
 *
 * @example
 * formatG(102.5, 3); // "102"
 * formatG(999.9, 3); // "1e+03"
 */
export function formatG(value: number, digits: number): string {
  if (value === 0) return "0";
  // 60 digits tell a tie from its neighbours; toPrecision would round a tie up, where C rounds it to even.
  const [exact = "", power] = value.toExponential(60).split("e");
  const all = exact.replace(".", "");
  const rest = all.slice(digits);
  const tie = `5${"0".repeat(rest.length - 1)}`;
  let exponent = Number(power);
  let rounded = Number(all.slice(0, digits));
  if (rest > tie || (rest === tie && rounded % 2 === 1)) rounded += 1;
  if (rounded === 10 ** digits) {
    rounded /= 10;
    exponent += 1;
  }
  const mantissa = String(rounded);
  if (exponent < -4 || exponent >= digits) {
    const sign = exponent < 0 ? "-" : "+";
    return `${withPoint(mantissa, 1)}e${sign}${String(Math.abs(exponent)).padStart(2, "0")}`;
  }
  return exponent < 0 ? withPoint("0".repeat(-exponent) + mantissa, 1) : withPoint(mantissa, exponent + 1);
}

function withPoint(digits: string, whole: number): string {
  const fraction = digits.slice(whole).replace(/0+$/, "");
  return fraction === "" ? digits.slice(0, whole) : `${digits.slice(0, whole)}.${fraction}`;
}

/**
 * The line that %timeit prints.
 *
 * @param average milliseconds per loop
 * @param stdev milliseconds per loop
 *
 * @example
 * formatTimeit(37_900, 0, 1, 1); // "37.9 s ± 0 ns per loop (mean ± std. dev. of 1 run, 1 loop each)"
 */
export function formatTimeit(average: number, stdev: number, runs: number, loops: number): string {
  const runsText = `${runs} run${runs === 1 ? "" : "s"}`;
  const loopsText = `${loops.toLocaleString("en-US")} loop${loops === 1 ? "" : "s"}`;
  const [mean, deviation] = [formatTime(average / 1000), formatTime(stdev / 1000)];
  return `${mean} ± ${deviation} per loop (mean ± std. dev. of ${runsText}, ${loopsText} each)`;
}
