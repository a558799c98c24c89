// Guards around the awaits at the top of a cell. They note which line is waiting, since an error that comes out of a promise often
// knows nothing of that line, and they end a cell that was stopped and would go on behind Jupyter's back.

/** The name of the function around a cell, as stacks show it. */
export const CELL = "__cell__";
/** The name of its guard, a parameter of that function. */
export const GUARD = "__guard__";

export class Interrupted extends Error {
  constructor() {
    super("The cell was stopped.");
    this.name = "Interrupted";
  }
}

export function guardOf(cell) {
  return {
    before: (line) => (cell.waitingLine = line),
    after: (value) => {
      if (cell.stopped) throw new Interrupted();
      cell.waitingLine = undefined;
      return value;
    },
  };
}

export const noGuards = () => ({ before: () => "", after: () => "" });

/** What to insert into a cell (see layout.mjs): `await x` becomes `guard.after(await (guard.before(line), x))`. */
export function guardAwaits(program) {
  const before = new Map();
  const after = new Map();
  const add = (texts, at, text) => texts.set(at, [...(texts.get(at) ?? []), text]);
  const visit = (node) => {
    // Functions are left as they were written: they may travel.
    if (typeof node?.type !== "string" || node.type.includes("Function") || node.type.startsWith("Class")) return;
    if (node.type === "AwaitExpression") {
      add(before, node.start, () => `${GUARD}.after(`);
      add(before, node.argument.start, (line) => `(${GUARD}.before(${line}), `);
      add(after, node.argument.end, ")");
      add(after, node.end, ")");
    }
    if (node.type === "ForOfStatement" && node.await && node.body.type === "BlockStatement") {
      add(after, node.body.start + 1, ` ${GUARD}.after();`);
    }
    for (const value of Object.values(node)) for (const child of [value].flat()) visit(child);
  };
  visit(program);
  return {
    before: (offset, line) => (before.get(offset) ?? []).map((text) => text(line)).join(""),
    after: (offset) => (after.get(offset) ?? []).join(""),
  };
}
