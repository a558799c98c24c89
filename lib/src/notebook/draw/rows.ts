/** Rows of a picture: a name on the left, a figure with a note on the right, and a chart between them that all rows share. */
import { MARGIN, text, WIDTH } from "./card";
import { BOLD, columnWidth, fit } from "./text";
import { SMALL_SIZE, SOFT_INK, TEXT_SIZE } from "./theme";

export interface Row {
  readonly name: string;
  readonly figure: string;
  readonly note: string;
}

const GAP = 16;

/** The rows, each `height` pixels high; `drawChart` is told where the chart begins, and how wide it is. A name wider than `widestName` pixels is cut. */
export function drawRows(
  rows: readonly Row[],
  height: number,
  drawChart: (left: number, width: number) => string,
  { nameSize = TEXT_SIZE, widestName = 142 } = {},
): string {
  const bold = nameSize * BOLD;
  const [names, notes] = [rows.map(({ name }) => name), rows.map(({ note }) => note)];
  const nameWidth = columnWidth(names, bold, { least: 50, most: widestName });
  const noteWidth = columnWidth(notes, SMALL_SIZE, { least: 76, most: 150 });
  const left = MARGIN + nameWidth + GAP;
  const right = WIDTH - MARGIN - noteWidth - GAP;
  const labels = rows.map(({ name, figure, note }, index) => {
    const middle = (index + 0.5) * height;
    return (
      text(left - GAP, middle + 5, fit(name, nameWidth, bold), { anchor: "end", size: nameSize, weight: 600 }) +
      text(right + GAP, middle - 3, figure, { weight: 600 }) +
      text(right + GAP, middle + 14, fit(note, noteWidth, SMALL_SIZE), { colour: SOFT_INK, size: SMALL_SIZE })
    );
  });
  return drawChart(left, right - left) + labels.join("");
}
