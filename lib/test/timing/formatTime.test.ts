import assert from "node:assert/strict";
import { test } from "node:test";
import * as mp from "parallel-typescript";

/**
 * Loops, milliseconds per loop of each run, and the line that IPython 9.18.1 (Python 3.11) prints for them. Made with its own
 * classes: r = TimeitResult(loops, len(ms), 0, 0, [], 0, 3); r.timings = [m / 1000 for m in ms]; print(r).
 */
const IPYTHON: [loops: number, timings: number[], line: string][] = [
  [1, [37900], "37.9 s ± 0 ns per loop (mean ± std. dev. of 1 run, 1 loop each)"],
  [1, [163000], "2min 43s ± 0 ns per loop (mean ± std. dev. of 1 run, 1 loop each)"],
  [1, [163000.7], "2min 43s ± 0 ns per loop (mean ± std. dev. of 1 run, 1 loop each)"],
  [1, [60000], "1min ± 0 ns per loop (mean ± std. dev. of 1 run, 1 loop each)"],
  [1, [59999.9], "60 s ± 0 ns per loop (mean ± std. dev. of 1 run, 1 loop each)"],
  [1, [59940], "59.9 s ± 0 ns per loop (mean ± std. dev. of 1 run, 1 loop each)"],
  [1, [3600000], "1h ± 0 ns per loop (mean ± std. dev. of 1 run, 1 loop each)"],
  [1, [3661000], "1h 1min 1s ± 0 ns per loop (mean ± std. dev. of 1 run, 1 loop each)"],
  [1, [90061000], "1d 1h 1min 1s ± 0 ns per loop (mean ± std. dev. of 1 run, 1 loop each)"],
  [1, [86400000], "1d ± 0 ns per loop (mean ± std. dev. of 1 run, 1 loop each)"],
  [1, [3600500], "1h ± 0 ns per loop (mean ± std. dev. of 1 run, 1 loop each)"],
  [1, [86460000], "1d 1min ± 0 ns per loop (mean ± std. dev. of 1 run, 1 loop each)"],
  [1, [1000], "1 s ± 0 ns per loop (mean ± std. dev. of 1 run, 1 loop each)"],
  [1, [999.9], "1e+03 ms ± 0 ns per loop (mean ± std. dev. of 1 run, 1 loop each)"],
  [1, [999.4], "999 ms ± 0 ns per loop (mean ± std. dev. of 1 run, 1 loop each)"],
  [1, [999.5], "1e+03 ms ± 0 ns per loop (mean ± std. dev. of 1 run, 1 loop each)"],
  [1, [1], "1 ms ± 0 ns per loop (mean ± std. dev. of 1 run, 1 loop each)"],
  [1, [0.9999], "1e+03 μs ± 0 ns per loop (mean ± std. dev. of 1 run, 1 loop each)"],
  [1, [0.001], "1 μs ± 0 ns per loop (mean ± std. dev. of 1 run, 1 loop each)"],
  [1, [0.00099], "990 ns ± 0 ns per loop (mean ± std. dev. of 1 run, 1 loop each)"],
  [1, [1e-6], "1 ns ± 0 ns per loop (mean ± std. dev. of 1 run, 1 loop each)"],
  [1, [1e-7], "0.1 ns ± 0 ns per loop (mean ± std. dev. of 1 run, 1 loop each)"],
  [1, [1e-10], "0.0001 ns ± 0 ns per loop (mean ± std. dev. of 1 run, 1 loop each)"],
  [1, [1e-11], "1e-05 ns ± 0 ns per loop (mean ± std. dev. of 1 run, 1 loop each)"],
  [1, [2.5e-12], "2.5e-06 ns ± 0 ns per loop (mean ± std. dev. of 1 run, 1 loop each)"],
  [1, [0], "0 ns ± 0 ns per loop (mean ± std. dev. of 1 run, 1 loop each)"],
  [1, [102.5], "102 ms ± 0 ns per loop (mean ± std. dev. of 1 run, 1 loop each)"],
  [1, [103.5], "104 ms ± 0 ns per loop (mean ± std. dev. of 1 run, 1 loop each)"],
  [1, [1.125], "1.12 ms ± 0 ns per loop (mean ± std. dev. of 1 run, 1 loop each)"],
  [1, [1.375], "1.38 ms ± 0 ns per loop (mean ± std. dev. of 1 run, 1 loop each)"],
  [1, [10.25], "10.2 ms ± 0 ns per loop (mean ± std. dev. of 1 run, 1 loop each)"],
  [1, [10.35], "10.3 ms ± 0 ns per loop (mean ± std. dev. of 1 run, 1 loop each)"],
  [1, [0.1234567], "123 μs ± 0 ns per loop (mean ± std. dev. of 1 run, 1 loop each)"],
  [1, [12345.678], "12.3 s ± 0 ns per loop (mean ± std. dev. of 1 run, 1 loop each)"],
  [10, [0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1], "100 μs ± 0 ns per loop (mean ± std. dev. of 7 runs, 10 loops each)"],
  [1000, [0.3, 0.3, 0.3], "300 μs ± 0 ns per loop (mean ± std. dev. of 3 runs, 1,000 loops each)"],
  [
    1000000,
    [0.000215, 0.000209, 0.000232, 0.000211, 0.000208, 0.00021, 0.000214],
    "214 ns ± 7.66 ns per loop (mean ± std. dev. of 7 runs, 1,000,000 loops each)",
  ],
  [20000000, [1.29e-5, 1.31e-5], "13 ns ± 0.1 ns per loop (mean ± std. dev. of 2 runs, 20,000,000 loops each)"],
  [1, [70000, 50000], "1min ± 10 s per loop (mean ± std. dev. of 2 runs, 1 loop each)"],
  [1, [59000, 61000], "1min ± 1 s per loop (mean ± std. dev. of 2 runs, 1 loop each)"],
  [2, [1.5, 2.5], "2 ms ± 500 μs per loop (mean ± std. dev. of 2 runs, 2 loops each)"],
  [5, [12.1, 12.3, 11.9], "12.1 ms ± 163 μs per loop (mean ± std. dev. of 3 runs, 5 loops each)"],
  [10, [84316.1, 65916.3, 80656.7], "1min 16s ± 7.95 s per loop (mean ± std. dev. of 3 runs, 10 loops each)"],
  [100, [4.46105, 4.2017, 4.8709], "4.51 ms ± 275 μs per loop (mean ± std. dev. of 3 runs, 100 loops each)"],
  [10, [9.09786e-6, 1.13351e-5], "10.2 ns ± 1.12 ns per loop (mean ± std. dev. of 2 runs, 10 loops each)"],
  [100, [21.0738, 18.4242], "19.7 ms ± 1.32 ms per loop (mean ± std. dev. of 2 runs, 100 loops each)"],
  [
    2,
    [3.04345e-6, 4.2508e-6, 3.40485e-6, 3.1887e-6, 3.14935e-6, 3.43292e-6, 4.18783e-6],
    "3.52 ns ± 0.459 ns per loop (mean ± std. dev. of 7 runs, 2 loops each)",
  ],
  [100, [1.61669e-5, 1.45341e-5], "15.4 ns ± 0.816 ns per loop (mean ± std. dev. of 2 runs, 100 loops each)"],
  [100, [2.7283], "2.73 ms ± 0 ns per loop (mean ± std. dev. of 1 run, 100 loops each)"],
  [
    10,
    [896.904, 850.983, 797.765, 969.34, 936.252, 778.453, 893.04],
    "875 ms ± 64.7 ms per loop (mean ± std. dev. of 7 runs, 10 loops each)",
  ],
  [
    5000,
    [11352.7, 12095.1, 9611.31, 11645.3, 10036.7, 10857.7, 13598.6],
    "11.3 s ± 1.24 s per loop (mean ± std. dev. of 7 runs, 5,000 loops each)",
  ],
  [
    5000,
    [2.34698e-6, 2.88973e-6, 3.1507e-6, 3.18375e-6, 2.64352e-6, 2.65488e-6, 2.82037e-6],
    "2.81 ns ± 0.275 ns per loop (mean ± std. dev. of 7 runs, 5,000 loops each)",
  ],
  [
    1,
    [7.27566e-6, 6.11295e-6, 6.58253e-6, 5.09146e-6, 6.67479e-6, 6.54047e-6, 7.39528e-6],
    "6.52 ns ± 0.714 ns per loop (mean ± std. dev. of 7 runs, 1 loop each)",
  ],
  [
    10,
    [0.00216452, 0.00175964, 0.00220471, 0.00176598, 0.0019575, 0.00186961, 0.00166307],
    "1.91 μs ± 193 ns per loop (mean ± std. dev. of 7 runs, 10 loops each)",
  ],
  [2, [2.94648e-5, 3.58411e-5, 3.06765e-5], "32 ns ± 2.76 ns per loop (mean ± std. dev. of 3 runs, 2 loops each)"],
  [100, [0.133425, 0.125171], "129 μs ± 4.13 μs per loop (mean ± std. dev. of 2 runs, 100 loops each)"],
  [
    5,
    [9338.41, 10304.8, 9256.72, 8213.7, 7697.2, 7187.33, 7423.04],
    "8.49 s ± 1.08 s per loop (mean ± std. dev. of 7 runs, 5 loops each)",
  ],
  [1000000, [1.4254e-6, 1.24572e-6], "1.34 ns ± 0.0898 ns per loop (mean ± std. dev. of 2 runs, 1,000,000 loops each)"],
  [100, [4.48694e-5], "44.9 ns ± 0 ns per loop (mean ± std. dev. of 1 run, 100 loops each)"],
  [5000, [104455, 107781, 96994.1], "1min 43s ± 4.51 s per loop (mean ± std. dev. of 3 runs, 5,000 loops each)"],
  [1000000, [0.198382], "198 μs ± 0 ns per loop (mean ± std. dev. of 1 run, 1,000,000 loops each)"],
  [
    10,
    [0.0318281, 0.0398588, 0.0312034, 0.0312805, 0.0334203, 0.0327173, 0.0354068],
    "33.7 μs ± 2.87 μs per loop (mean ± std. dev. of 7 runs, 10 loops each)",
  ],
  [100, [1.29455e-5], "12.9 ns ± 0 ns per loop (mean ± std. dev. of 1 run, 100 loops each)"],
  [100, [66298.4], "1min 6s ± 0 ns per loop (mean ± std. dev. of 1 run, 100 loops each)"],
  [2, [12.1489, 13.6295], "12.9 ms ± 740 μs per loop (mean ± std. dev. of 2 runs, 2 loops each)"],
  [1, [0.32321, 0.339565, 0.279765], "314 μs ± 25.2 μs per loop (mean ± std. dev. of 3 runs, 1 loop each)"],
];

for (const [loops, timings, line] of IPYTHON) {
  test(`TimeitResult prints IPython's line for ${timings.join(", ")} ms in ${loops} loops`, () => {
    assert.equal(String(new mp.TimeitResult(loops, timings)), line);
  });
}
