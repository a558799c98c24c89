/**
 * One palette and one type scale for all pictures. A picture in JupyterLab is an <img>, which sees nothing of the page but its
 * `color-scheme`, which JupyterLab sets by its theme: as `prefers-color-scheme`. So each picture has the light colours as attributes, which every
 * program can draw, and a rule that replaces them where the page is dark.
 */
export const INK = "#1f2328";
export const SOFT_INK = "#57606a";
export const GROUND = "#ffffff";
export const EDGE = "#d0d7de";
export const GRID = "#e3e7eb";
/** A lane in which nothing happens. */
export const STILL = "#eef1f4";

/** The baseline's grey, then colours that differ for every kind of eye and stand out from the ground; three of them are Okabe and Ito's. */
const BASELINE = "#6e7781";
const PALETTE = ["#0072b2", "#d55e00", "#009e73", "#b4219c", "#839b39", "#3b2f6f"];

/** The colour of the variant at `index`, the baseline being 0. */
export function colourOf(index: number): string {
  return index === 0 ? BASELINE : (PALETTE[(index - 1) % PALETTE.length] ?? BASELINE);
}

/** What a worker's time goes into. */
export const PHASE_COLOURS = {
  starting: "#424a53",
  sending: "#b87f00",
  computing: "#0072b2",
  "sending back": "#cc79a7",
} as const;

/** Each light colour's partner on a dark page. */
export const DARK: Readonly<Record<string, string>> = {
  [INK]: "#e6edf3",
  [SOFT_INK]: "#a3adb8",
  [GROUND]: "#17191c",
  [EDGE]: "#3d444d",
  [GRID]: "#2f353c",
  [STILL]: "#2b3037",
  [BASELINE]: "#9aa4af",
  "#0072b2": "#3f9bdc",
  "#d55e00": "#f4814a",
  "#009e73": "#42cda1",
  "#b4219c": "#cb6085",
  "#839b39": "#f2d13a",
  "#3b2f6f": "#6a5ae0",
  [PHASE_COLOURS.starting]: "#c3ccd5",
  [PHASE_COLOURS.sending]: "#e69f00",
  [PHASE_COLOURS["sending back"]]: "#b8629a",
};

/** The rule for a dark page, for those colours that the markup has. */
export function darkStyle(markup: string): string {
  const rules = Object.entries(DARK)
    .filter(([light]) => markup.includes(`"${light}"`))
    .map(([light, dark]) => `[fill="${light}"]{fill:${dark}}[stroke="${light}"]{stroke:${dark}}`);
  return `<style>@media (prefers-color-scheme:dark){${rules.join("")}}</style>`;
}

/** Without quotation marks, so that it can stand in any attribute. */
export const FONT = "system-ui, -apple-system, Segoe UI, Roboto, Helvetica Neue, Arial, sans-serif";
export const TITLE_SIZE = 16;
export const TEXT_SIZE = 14;
export const SMALL_SIZE = 12;
