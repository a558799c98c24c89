/**
 * One palette and one type scale for all pictures. A picture in JupyterLab is an <img>, which knows nothing of the page's
 * theme: so each has a light ground of its own, and reads the same in a light, a dark and a printed notebook.
 */
export const INK = "#1f2328";
export const SOFT_INK = "#57606a";
export const GROUND = "#ffffff";
export const EDGE = "#d0d7de";
export const GRID = "#e3e7eb";
/** A lane in which nothing happens. */
export const STILL = "#eef1f4";

/** The baseline's grey, then colours that colour-blind readers can tell apart (Okabe and Ito, "Color Universal Design", 2008). */
const BASELINE = "#6e7781";
const PALETTE = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"];

/** The colour of the variant at `index`, the baseline being 0. */
export function colourOf(index: number): string {
  return index === 0 ? BASELINE : (PALETTE[(index - 1) % PALETTE.length] ?? BASELINE);
}

/** What a worker's time goes into; of the same palette. */
export const PHASE_COLOURS = {
  starting: "#424a53",
  sending: "#e69f00",
  computing: "#0072b2",
  "sending back": "#cc79a7",
} as const;

export const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";
export const TITLE_SIZE = 16;
export const TEXT_SIZE = 14;
export const SMALL_SIZE = 12;
