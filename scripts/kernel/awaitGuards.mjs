// Guards around the awaits at the top of a cell. They note the line that waits, because an error of a promise often does not name it. And they end a
// stopped cell at its next await: Jupyter takes it for ended already.

/** The name of the function around a cell, as V8 knows it. */
export const CELL = "__cell__";
/** The name of its guard, a parameter of that function. */
export const GUARD = "__guard__";

export class Interrupted extends Error {
  constructor() {
    super("The cell was stopped.");
    this.name = "Interrupted";
  }
}

/** @param {import("./resources.mjs").Resources} resources what `using` at the top of cells holds */
export function guardOf(cell, resources) {
  return {
    keep: (name, value) => resources.keep(cell.id, name, value),
    before: (line) => (cell.waitingLine = line),
    after: (value) => {
      if (cell.stopped) throw new Interrupted();
      cell.waitingLine = undefined;
      return value;
    },
  };
}

/**
 * What to insert into a cell (see keepLines.mjs), `await x` becomes `guard.after(await (guard.before(line), x))`; and whether the cell awaits
 * at its top at all, and so has to be an asynchronous function.
 */
export function guardAwaits(program) {
  const before = new Map();
  const after = new Map();
  let found = false;
  const add = (at, text) => before.set(at, [...(before.get(at) ?? []), text]);
  // The last opened is the first closed.
  const close = (at, text) => after.set(at, text + (after.get(at) ?? ""));
  const open = (node) => {
    add(node.start, (line) => `(${GUARD}.before(${line}), `);
    close(node.end, ")");
  };
  const visit = (node, guarded) => {
    // An await inside a function is not the cell's.
    if (typeof node?.type !== "string" || node.type.includes("Function")) return;
    // Classes stay as they were written, because they may be sent to workers. Their heritage and computed keys may await all the same.
    const inside = guarded && !node.type.startsWith("Class");
    const awaits = node.type === "AwaitExpression";
    const loops = node.type === "ForOfStatement" && node.await;
    found ||= awaits || loops;
    if (inside && awaits) {
      add(node.start, () => `${GUARD}.after(`);
      close(node.end, ")");
      open(node.argument);
    }
    if (inside && loops) {
      open(node.right);
      add(node.body.start, () => `{ ${GUARD}.after(); `);
      close(node.body.end, " }");
    }
    for (const value of Object.values(node)) for (const child of [value].flat()) visit(child, inside);
  };
  visit(program, true);
  return {
    found,
    before: (offset, line) => (before.get(offset) ?? []).map((text) => text(line)).join(""),
    after: (offset) => after.get(offset) ?? "",
  };
}
