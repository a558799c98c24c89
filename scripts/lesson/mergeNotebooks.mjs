// A newer notebook with a learner's work in it. Cells are known by their ids.

const sourceOf = (cell) => [cell.source].flat().join("");
const byId = (notebook) => new Map(notebook.cells.map((cell) => [cell.id, cell]));

/**
 * @param base the notebook that both have begun with
 * @param mine the learner's
 * @param theirs the newer one
 * @returns the newer one, with the cells that the learner has changed or added; `lost`: the ids of those whose place was changed in the newer one, or is gone
 */
export function mergeNotebooks(base, mine, theirs) {
  const before = byId(base);
  const newer = byId(theirs);
  const lost = [];
  const changed = new Map();
  /** Added cells, by the id of the cell before them; undefined at the top. */
  const added = new Map();
  let place;
  for (const cell of mine.cells) {
    const old = before.get(cell.id);
    if (old === undefined) {
      // The newer one may have given that id to a cell of its own.
      const own = newer.has(cell.id) ? { ...cell, id: `${cell.id.slice(0, 58)}-mine` } : cell;
      if (sourceOf(cell).trim() !== "") added.set(place, [...(added.get(place) ?? []), own]);
      continue;
    }
    if (newer.has(cell.id)) place = cell.id;
    if (sourceOf(cell) === sourceOf(old)) continue;
    const now = newer.get(cell.id);
    if (now !== undefined && sourceOf(now) === sourceOf(old)) changed.set(cell.id, cell);
    else if (now === undefined || sourceOf(now) !== sourceOf(cell)) lost.push(cell.id);
  }
  const cells = theirs.cells.flatMap((cell) => [changed.get(cell.id) ?? cell, ...(added.get(cell.id) ?? [])]);
  return { notebook: { ...theirs, cells: [...(added.get(undefined) ?? []), ...cells] }, lost };
}
