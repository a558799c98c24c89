/** Where a tally is seen: a bar in the cell that made it, one line that is written over on a terminal, a last line in a file. */
import { writeTo } from "../../remote/outputRoutes";
import { changingDisplay } from "../display";
import { escapeMarkup } from "../draw/text";
import { describeTally, fractionOf, type Tally } from "./tally";
import { FONT } from "../draw/theme";

export interface ProgressBar {
  /** Whether it changes while the work goes on; otherwise only the final state is seen. */
  readonly live: boolean;
  draw(tally: Tally): void;
  /** No further draw. */
  close(): void;
}

/** The levels that are taken: a bar opened while others are open stands below them. */
const open = new Set<number>();
/** The places of inner bars in the cell's output, used again by the next bar of that level while an outer one is open. */
const inner = new Map<number, ReturnType<typeof changingDisplay>>();
/** How many lines of the terminal the cursor is below the first bar, and how many the lowest bar is. */
let cursor = 0;
let lowest = 0;

export function openProgressBar(): ProgressBar {
  let level = 0;
  while (open.has(level)) level++;
  const redraw = level === 0 ? changingDisplay() : (inner.get(level) ?? changingDisplay());
  if (level > 0) inner.set(level, redraw);
  open.add(level);
  const close = (): void => {
    open.delete(level);
    if (open.size > 0) return;
    inner.clear();
    if (lowest > 0) writeTo("stderr", `${moveTo(lowest)}\r\n`);
    cursor = lowest = 0;
  };
  if (redraw !== undefined) {
    return {
      live: true,
      close,
      draw: (tally) => redraw({ mime: "text/html", rich: asHtml(tally, level), text: asLine(tally) }),
    };
  }
  // Standard error, as tqdm: what a program prints stays free of bars.
  const { stderr } = process;
  // A file would be flooded by the inner bars of a long loop.
  if (!stderr.isTTY)
    return {
      live: false,
      close,
      draw(tally) {
        if (level === 0) writeTo("stderr", `${asLine(tally)}\n`);
      },
    };
  return {
    live: true,
    close,
    draw(tally) {
      // A wrapped line could not be written over.
      const line = Array.from("  ".repeat(level) + asLine(tally))
        .slice(0, Math.max(1, (stderr.columns || 80) - 1))
        .join("");
      lowest = Math.max(lowest, level);
      writeTo("stderr", `${moveTo(level)}\r${line}\u001b[K${lowest === 0 && tally.state !== "running" ? "\n" : ""}`);
    },
  };
}

/** The control codes that bring the cursor from the line where it is to that of a level. */
function moveTo(level: number): string {
  const steps = level - cursor;
  cursor = level;
  return steps < 0 ? `\u001b[${-steps}A` : "\n".repeat(steps);
}

function asLine(tally: Tally): string {
  const fraction = fractionOf(tally);
  const filled = Math.floor((fraction ?? 0) * 20);
  const bar = fraction === undefined ? "" : `${"█".repeat(filled)}${"░".repeat(20 - filled)} `;
  return `${tally.label === "" ? "" : `${tally.label}: `}${bar}${describeTally(tally)}`;
}

/** Blue while all is well, orange after an error, grey after an early exit; each is seen on white and on black. */
const COLOURS = { running: "#1f83c6", finished: "#1f83c6", stopped: "#858c94", failed: "#d55e00" };

/** HTML, not SVG: its text takes the theme's colours, and a picture that is replaced ten times a second would flicker. */
function asHtml(tally: Tally, level: number): string {
  const fraction = fractionOf(tally);
  const label = escapeMarkup(tally.label);
  const track =
    fraction === undefined
      ? ""
      : `<div role="progressbar" aria-label="${label || "progress"}" aria-valuemin="0" aria-valuemax="100" aria-valuenow="${Math.floor(fraction * 100)}" ` +
        `style="height:6px;margin-top:4px;border-radius:3px;overflow:hidden;background:rgba(128,128,128,0.3)">` +
        `<div style="height:100%;width:${(fraction * 100).toFixed(1)}%;background:${COLOURS[tally.state]}"></div></div>`;
  return (
    `<div style="max-width:${600 - 16 * level}px;margin:2px 0 6px ${16 * level}px;font:13px/1.5 ${FONT};font-variant-numeric:tabular-nums">` +
    `<div style="display:flex;flex-wrap:wrap;justify-content:space-between;gap:0 16px"><strong style="font-weight:600">${label}</strong> ` +
    `<span>${escapeMarkup(describeTally(tally))}</span></div>${track}</div>`
  );
}
