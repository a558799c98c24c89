// Names that a cell uses and no cell that was run defines: where in the notebook they are defined.
import { existsSync, readFileSync } from "node:fs";
import { ts } from "./typescript.mjs";

/** Characters of a cell's first line that are shown. */
const MOST = 60;

/** A sentence on a name that TypeScript cannot find; undefined where nothing is known of it. */
export function whereDefined(name, current) {
  const cells = cellsOfNotebook().filter((code) => code.trim() !== current.trim() && namesOf(code).has(name));
  const [cell, ...others] = cells;
  if (cell === undefined) return undefined;
  const line = cell.split("\n").find((text) => text.trim() !== "" && !/^\s*\/\//.test(text)) ?? cell;
  const shown = line.trim().length > MOST ? `${line.trim().slice(0, MOST)} …` : line.trim();
  const which =
    others.length === 0 ? "the cell that begins with" : `${others.length + 1} cells, the first of which begins with`;
  return `\`${name}\` is defined in ${which} \`${shown}\`. It has not been run in this kernel, or has failed: run it, then this one.`;
}

/** The code cells of the notebook as it was last saved. Jupyter's server tells which one it is. */
function cellsOfNotebook() {
  const file = process.env.JPY_SESSION_NAME;
  if (!file?.endsWith(".ipynb") || !existsSync(file)) return [];
  try {
    const { cells } = JSON.parse(readFileSync(file, "utf8"));
    return cells.filter((cell) => cell.cell_type === "code").map(({ source }) => [source].flat().join(""));
  } catch (error) {
    // Jupyter may be writing it at this moment.
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

/** The names that a cell defines for those after it. */
function namesOf(code) {
  const names = new Set();
  const add = (node) => {
    if (node === undefined) return;
    if (ts.isIdentifier(node)) names.add(node.text);
    else if (ts.isNamedImports(node) || ts.isObjectBindingPattern(node) || ts.isArrayBindingPattern(node))
      for (const element of node.elements) add(element.name);
    else add(node.name);
  };
  for (const statement of ts.createSourceFile("cell.ts", code, ts.ScriptTarget.Latest).statements) {
    if (ts.isVariableStatement(statement)) for (const { name } of statement.declarationList.declarations) add(name);
    else if (ts.isImportDeclaration(statement)) {
      add(statement.importClause?.name);
      add(statement.importClause?.namedBindings);
    } else add(statement.name);
  }
  return names;
}
