// Notebook files as nbformat writes them, and their cells.

const sorted = (value) =>
  Array.isArray(value)
    ? value.map(sorted)
    : value !== null && typeof value === "object"
      ? Object.fromEntries(
          Object.keys(value)
            .sort()
            .map((key) => [key, sorted(value[key])]),
        )
      : value;

/** The text of a notebook file, as nbformat writes it. */
export const textOf = (notebook) => `${JSON.stringify(sorted(notebook), null, 1)}\n`;

const lines = (text) => text.split(/(?<=\n)/);

export const sourceOf = ({ source }) => [source].flat().join("");

export const markdown = (id, text, slide, metadata = {}) => ({
  cell_type: "markdown",
  id,
  metadata: { ...metadata, slideshow: { slide_type: slide } },
  source: lines(text),
});

export const code = (id, text, slide) => ({
  cell_type: "code",
  execution_count: null,
  id,
  metadata: { slideshow: { slide_type: slide } },
  outputs: [],
  source: lines(text),
});

/** Counts the code cells anew, as after a run from top to bottom. */
export function numbered(cells) {
  let count = 0;
  return cells.map((cell) => {
    if (cell.cell_type !== "code") return cell;
    count++;
    const outputs = cell.outputs.map((output) =>
      output.output_type === "execute_result" ? { ...output, execution_count: count } : output,
    );
    return { ...cell, execution_count: count, outputs };
  });
}
