// What a cell that failed or was stopped has defined until then stays defined, as in Python. tslab forgets all of it.
import { ts } from "./typescript.mjs";

/** TypeScript makes everything that a cell exports undefined first: `exports.b = exports.a = void 0;`. Functions are there from the start. */
const HOISTED = /^(?:exports\.[^\s.]+ = )+void 0;$/gm;

/** The names that a compiled cell defines in its course. */
export function namesOf(output) {
  return Array.from(output.matchAll(HOISTED), ([line]) =>
    Array.from(line.matchAll(/exports\.([^\s.]+) =/g), ([, name]) => name),
  ).flat();
}

/** Declarations without those of the names that `isMissing`. */
export function declarationsWithout(declarations, isMissing) {
  const file = ts.createSourceFile("cell.d.ts", declarations, ts.ScriptTarget.Latest);
  const textOf = (node) => node.getText(file);
  return file.statements
    .map((statement) => {
      if (!ts.isVariableStatement(statement))
        return namesIn(statement).some((name) => isMissing(textOf(name))) ? "" : statement.getFullText(file);
      const { declarations: all } = statement.declarationList;
      const kept = all.filter(({ name }) => !isMissing(textOf(name)));
      if (kept.length === 0) return "";
      return `${statement.getFullText(file).slice(0, all[0].getStart(file) - statement.pos)}${kept.map(textOf).join(", ")};`;
    })
    .join("");
}

/** The identifiers that a statement declares. */
function namesIn(statement) {
  if (!ts.isImportDeclaration(statement)) return [statement.name ?? []].flat();
  const { name, namedBindings } = statement.importClause ?? {};
  const named = namedBindings && (ts.isNamespaceImport(namedBindings) ? [namedBindings] : namedBindings.elements);
  return [name ?? [], ...(named ?? []).map((each) => each.name)].flat();
}
