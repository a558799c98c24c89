// Compiled code laid out so that everything stands in the line in which it stands in the cell. Stacks then tell the learner's own
// lines, here and in workers, where functions are evaluated at the line at which they stand here.
import { createRequire } from "node:module";

const acorn = createRequire(import.meta.url)("acorn");
const options = { ecmaVersion: "latest", sourceType: "script", allowAwaitOutsideFunction: true, allowReturnOutsideFunction: true };

/** A new line after these, or before those, would change the meaning. */
const NO_LINE_AFTER = new Set(["return", "throw", "break", "continue", "yield", "async", "get", "set", "static"]);
const NO_LINE_BEFORE = new Set(["=>", "++", "--"]);

/**
 * The same code in the lines that `placeOf(line, column)` gives for its tokens, undefined where it has none. `insertionsFor` is
 * given the syntax tree and makes two functions: what is to be put before the token that starts at an offset, which will stand in
 * that line, and what after the token that ends at one. Code that cannot be read comes back as it was.
 */
export function layOut(code, lineCount, placeOf, insertionsFor) {
  const tokens = [];
  let program;
  try {
    program = acorn.parse(code, { ...options, locations: true, onToken: tokens });
  } catch (error) {
    if (error instanceof SyntaxError) return code;
    throw error;
  }
  tokens.pop(); // the end of the file
  const insertions = insertionsFor(program);
  let text = "";
  let line = 0;
  let end = 0;
  tokens.forEach((token, i) => {
    const gap = code.slice(end, token.start);
    const place = placeOf(token.loc.start.line - 1, token.loc.start.column);
    const breakable = i > 0 && canBreak(tokens[i - 1], token, code);
    const wanted = breakable && place !== undefined && place.line < lineCount ? place.line - line : 0;
    const added = breakable || i === 0 ? spaced(gap, wanted, place?.column ?? 0) : gap;
    line += linesIn(added);
    const word = code.slice(token.start, token.end);
    text += added + insertions.before(token.start, line + 1) + word + insertions.after(token.end);
    line += linesIn(word);
    end = token.end;
  });
  return isReadable(text) ? text : code;
}

const linesIn = (text) => text.split("\n").length - 1;

/** What stands between two tokens, with that many line breaks; comments are kept where they fit. */
function spaced(gap, wanted, column) {
  const breaks = linesIn(gap);
  if (wanted > 0 && breaks === 0) return gap.trimEnd() + "\n".repeat(wanted) + " ".repeat(column);
  if (wanted > 0 && breaks <= wanted) return gap.replace(/\n/, "\n".repeat(wanted - breaks + 1));
  return breaks === 0 ? gap : " ";
}

function canBreak(before, token, code) {
  if (before.type.label === "`" && token.type.label === "template") return false;
  if (token.type.label === "template" || before.type.label === "template") return false;
  const word = code.slice(before.start, before.end);
  return !NO_LINE_AFTER.has(word) && !NO_LINE_BEFORE.has(code.slice(token.start, token.end));
}

function isReadable(code) {
  try {
    acorn.parse(code, options);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
