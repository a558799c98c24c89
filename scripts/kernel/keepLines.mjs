// Compiled code laid out so that everything stands in the line in which it stands in the cell. Stacks then tell the learner's own lines, here and in workers, where functions are evaluated at the line at which they stand here.
import { createRequire } from "node:module";

const acorn = createRequire(import.meta.url)("acorn");
const options = {
  ecmaVersion: "latest",
  sourceType: "script",
  allowAwaitOutsideFunction: true,
  allowReturnOutsideFunction: true,
};

/** A new line after these, or before those, would change the meaning. */
const NO_LINE_AFTER = new Set(["return", "throw", "break", "continue", "yield", "async", "get", "set", "static"]);
const NO_LINE_BEFORE = new Set(["=>", "++", "--"]);

/** The syntax tree and the tokens of compiled code; undefined when it cannot be read. */
export function read(code) {
  const tokens = [];
  try {
    const program = acorn.parse(code, { ...options, locations: true, onToken: tokens });
    tokens.pop(); // the end of the file
    return { program, tokens };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/**
 * The same code in the lines that `placeOf(line, column)` gives for its tokens, undefined where it has none; and, for each of these
 * lines, the tokens' columns with their places. `insertions` has two functions: what is to be put before the token that starts at an
 * offset, which will stand in that line, and what after the token that ends at one. Code that would not be read comes back as it was.
 */
export function layOut(code, tokens, lineCount, placeOf, insertions) {
  const places = [];
  let text = "";
  let line = 0;
  let column = 0;
  let end = 0;
  const write = (piece) => {
    text += piece;
    line += linesIn(piece);
    const last = piece.lastIndexOf("\n");
    column = last < 0 ? column + piece.length : piece.length - last - 1;
  };
  tokens.forEach((token, i) => {
    const gap = code.slice(end, token.start);
    const place = placeOf(token.loc.start.line - 1, token.loc.start.column);
    const breakable = i > 0 && canBreak(tokens[i - 1], token, code);
    const wanted = breakable && place !== undefined && place.line < lineCount ? place.line - line : 0;
    write(breakable || i === 0 ? spaced(gap, wanted, place?.column ?? 0) : gap);
    write(insertions.before(token.start, line + 1));
    if (place) (places[line] ??= []).push({ column, place });
    write(code.slice(token.start, token.end));
    write(insertions.after(token.end));
    end = token.end;
  });
  return read(text) ? { text, places } : { text: code, places: [] };
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
