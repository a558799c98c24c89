// Whether a console may send what was typed, or waits for more of it.
import { ts } from "./typescript.mjs";

/** What is said of a text or comment that has not ended yet: more may still end it. */
const OPEN = new Set([ts.Diagnostics.Unterminated_template_literal.code, ts.Diagnostics.Asterisk_Slash_expected.code]);

/** The content of an is_complete_reply; tslab's own takes what can never be complete for complete. */
export function isComplete(code, tslab) {
  // Blanks at the end, as after a comma, change nothing; tslab takes them for the cell's next piece.
  const answer = tslab.handleIsComplete({ code: code.replace(/[ \t]+$/, "") });
  if (answer.status !== "complete") return answer;
  const { parseDiagnostics } = ts.createSourceFile("cell.ts", code, ts.ScriptTarget.Latest);
  if (parseDiagnostics.length === 0) return answer;
  return parseDiagnostics.some(({ code: number }) => OPEN.has(number))
    ? { status: "incomplete", indent: "" }
    : { status: "invalid" };
}
