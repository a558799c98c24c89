/** Speed-up against cores: a row a machine, a point a variant, and the line that nobody can pass by sharing work alone. */
import { coresInWords } from "../../timing/whatChanged";
import { drawCard, formOf, formSymbol, lineSymbol } from "../draw/card";
import { AXIS_HEIGHT, gridAndAxis, plotGroup } from "../draw/plot";
import { drawRows } from "../draw/rows";
import { aligned, fit } from "../draw/text";
import { colourOf, GROUND, SMALL_SIZE, SOFT_INK, STILL } from "../draw/theme";

/** What one machine reached in a comparison. */
export interface MachineResult {
  readonly machine: string;
  /** How many workers can really run at once there. */
  readonly cores: number;
  readonly variant: string;
  /** Baseline average / variant average, in its newest run there. */
  readonly speedup: number;
}

const ROW_HEIGHT = 40;

export function drawMachines(title: string, conclusion: string, results: readonly MachineResult[]): string {
  const variants = [...new Set(results.map(({ variant }) => variant))];
  const rows = new Map<string, { machine: string; cores: number; speedup: number }>();
  const points = results.map((result) => {
    const { machine, cores, variant, speedup } = result;
    const key = JSON.stringify([machine, cores]);
    if (speedup > (rows.get(key)?.speedup ?? -Infinity)) rows.set(key, result);
    return { speedup, y: [...rows.keys()].indexOf(key) + 0.5, variant };
  });
  const ideals = Array.from(rows.values(), ({ cores }, row) => ({ cores, y1: row + 0.1, y2: row + 0.9 }));
  const labels = Array.from(rows.values(), ({ machine, cores, speedup }) => ({
    name: machine,
    figure: `${speedup.toPrecision(2)}\u00a0×`,
    note: coresInWords(cores),
  }));
  const reached = [...results.map(({ speedup }) => speedup), ...results.map(({ cores }) => cores)];
  const [low, high] = [Math.min(1, ...reached) / 1.15, Math.max(2, ...reached) * 1.15];
  const ticks = Array.from({ length: 40 }, (_, index) => 2 ** (index - 20)).filter(
    (tick) => tick >= low && tick <= high,
  );
  const height = rows.size * ROW_HEIGHT;
  const scales = { x: { type: "log", base: 2, domain: [low, high] }, y: { domain: [0, rows.size] } } as const;
  const drawMarks = (left: number, width: number) =>
    plotGroup({ left, width, height, ...scales }, (Plot) => {
      const row = { y1: "y1", y2: "y2" };
      return [
        Plot.rect(ideals, { ...row, x1: low, x2: high, fill: STILL }),
        ...gridAndAxis(Plot, "x", ticks, { stroke: GROUND }),
        Plot.ruleX(ideals, { ...row, x: "cores", stroke: SOFT_INK, strokeWidth: 1.75, strokeDasharray: "4 3" }),
        ...variants.map((variant, index) =>
          Plot.dot(
            points.filter((point) => point.variant === variant),
            { x: "speedup", y: "y", r: 5, symbol: formOf(index).symbol, fill: colourOf(index + 1), stroke: GROUND },
          ),
        ),
      ];
    });
  return drawCard({
    title,
    conclusion,
    details: writeMachines(title, results).replaceAll("\n", "; "),
    height: height + AXIS_HEIGHT,
    body: drawRows(labels, ROW_HEIGHT, drawMarks, { nameSize: SMALL_SIZE, widestName: 190 }),
    legend: [
      { text: "times as fast:" },
      ...variants.map((variant, index) => ({
        text: fit(variant, 120, SMALL_SIZE),
        symbol: formSymbol(index, colourOf(index + 1)),
      })),
      {
        text: "ideal: as many times as fast as there are cores",
        symbol: lineSymbol(`stroke="${SOFT_INK}" stroke-width="1.75" stroke-dasharray="4 3"`, "down"),
      },
    ],
    notes: [],
  });
}

/** The same for a terminal. */
export function writeMachines(title: string, results: readonly MachineResult[]): string {
  return [
    title,
    ...aligned(
      results.map(({ machine, cores, variant, speedup }) => [
        machine,
        coresInWords(cores),
        `${variant} ${speedup.toPrecision(2)} times as fast`,
      ]),
    ),
  ].join("\n");
}
