// What may stand in a module but not in one of tslab's cells: exports. A cell's names are known to those after it anyhow.
import { ts } from "./tslabCompiler.mjs";

const misplaced = (what) =>
  `A cell cannot hold \`declare ${what}\`. Put it into a cell of its own that begins with /** @module globals */, which holds for all cells after it.`;

/**
 * The code without its exports, which leave blanks; code that pastes a module's text then means what it says. Or with `refusal`, a complaint
 * in the form of tslab's.
 */
export function takeExportsAway(code) {
  const file = ts.createSourceFile("cell.ts", code, ts.ScriptTarget.Latest);
  let kept = code;
  const blank = (from, to) =>
    (kept = kept.slice(0, from) + kept.slice(from, to).replace(/[^\r\n]/g, " ") + kept.slice(to));
  for (const statement of file.statements) {
    const start = statement.getStart(file);
    const isGlobal = statement.flags & ts.NodeFlags.GlobalAugmentation;
    if (isGlobal || (ts.isModuleDeclaration(statement) && ts.isStringLiteral(statement.name))) {
      const [from, to] = [start, statement.name.end].map((offset) => ({
        offset,
        ...file.getLineAndCharacterOfPosition(offset),
      }));
      return {
        code,
        refusal: {
          start: from,
          end: to,
          messageText: misplaced(isGlobal ? "global" : "module"),
          category: ts.DiagnosticCategory.Error,
          code: 0,
        },
      };
    }
    if (ts.isExportDeclaration(statement) && !statement.moduleSpecifier) blank(start, statement.end);
    const { modifiers = [] } = statement;
    const word = modifiers.find(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
    if (word && !modifiers.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword))
      blank(word.getStart(file), word.end);
  }
  return { code: kept };
}
