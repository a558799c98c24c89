// IPython's %%timeit, %timeit, %%time and %time, which the original lesson uses; and a sentence for what else one knows from there.
import { createRequire } from "node:module";
import { topAwaits, ts } from "./tslabCompiler.mjs";

const require = createRequire(import.meta.url);

/** How compiled cells reach what is defined here. Of `x = %timeit -o f()`, the name comes first. */
const CALL = "(globalThis as any).__tslab__.magics";

export const NO_COMMANDS = "A cell cannot run a command of the system. Open a terminal for it: File, New, Terminal.";
/**
 * What notebooks of Python have and these have not, and what does the same here.
 * @type {[RegExp, string][]}
 */
const ELSEWHERE = [
  [/^!/, NO_COMMANDS],
  [
    /^%(?:pip|conda|npm)\b/,
    "A cell cannot install packages. Open a terminal (File, New, Terminal), and write there: npm install NAME",
  ],
  [/^(?:\?+\s*[\w$.]+|[\w$.]+\s*\?+)\s*$/, "To read about a name, put the cursor on it and press Shift and Tab."],
  [/^%/, "Of IPython's magics, this kernel knows %%timeit, %timeit, %%time and %time."],
];

/**
 * A cell without magics: { code, time, shifts } with the same lines. `time` tells whether the whole cell is to be timed once; `shifts` how far, by
 * line, what stands there was moved to the right. Or a `refusal` in the form of tslab's complaints.
 */
export function readMagics(source) {
  const lines = source.split("\n");
  const first = lines.findIndex((line) => line.trim() !== "");
  const found = { code: source, time: false, shifts: new Map(), refusal: undefined };
  const [, name, rest = ""] = /^%%(timeit|time)\b(.*)$/.exec(lines[first] ?? "") ?? [];
  if (name === "time") {
    lines[first] = "";
    return { ...readLines(lines, found), time: true };
  }
  if (name === undefined) return readLines(lines, found);
  const { options, statement, wrong } = readOptions(rest);
  if (wrong !== undefined) return refuse(found, first, lines[first], wrong);
  const body = lines.slice(first + 1);
  // As in IPython, what follows the options is done once, before.
  lines[first] = `${statement}; ${opening("timeit", options, body.join("\n"))}`;
  return { ...found, code: `${lines.join("\n")}\n})` };
}

function readLines(lines, found) {
  // A line of a template or a comment may begin like that: only code that cannot be read is looked through, and a remainder by a `timeit`.
  const code = lines.join("\n");
  const tree = /** @type {any} */ (ts.createSourceFile("cell.ts", code, ts.ScriptTarget.Latest));
  if (tree.parseDiagnostics.length === 0 && !hasMagicRemainder(tree, code)) return { ...found, code };
  for (const [at, line] of lines.entries()) {
    const [, indent, target = "", name, rest] =
      /^(\s*)((?:(?:const|let|var)\s+)?[\w$]+\s*=\s*)?%(timeit|time)\b(.*)$/.exec(line) ?? [];
    if (name === undefined) {
      const [, sentence] = ELSEWHERE.find(([what]) => what.test(line.trim())) ?? [];
      if (sentence !== undefined) return refuse(found, at, line, sentence);
      continue;
    }
    const { options, statement, wrong } =
      name === "time" ? { options: {}, statement: withoutComment(rest), wrong: undefined } : readOptions(rest);
    if (wrong !== undefined) return refuse(found, at, line, wrong);
    const head = name === "time" ? openTime(statement) : opening("timeit", options, statement);
    const tail = name === "time" ? closeTime(statement) : " })";
    const before = `${indent}${target === "" ? ";" : target}${head} `;
    lines[at] = `${before}${statement}${tail};`;
    found.shifts.set(at, before.length - line.lastIndexOf(statement));
  }
  return { ...found, code: lines.join("\n") };
}

/** Without a semicolon before it, `%timeit [1]` and `%timeit (f())` go on with the line above. */
function hasMagicRemainder(node, text) {
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PercentToken) {
    const at = node.operatorToken.end - 1;
    if (/(^|\n)[ \t]*$/.test(text.slice(0, at)) && /^%time(it)?[ \t]+\S/.test(text.slice(at))) return true;
  }
  return ts.forEachChild(node, (child) => hasMagicRemainder(child, text) || undefined) ?? false;
}

function refuse(found, line, text, messageText) {
  const [start, end] = [text.search(/\S/), text.trimEnd().length].map((character) => ({ offset: 0, line, character }));
  return { ...found, refusal: { start, end, messageText, category: ts.DiagnosticCategory.Error, code: 0 } };
}

/** Where a statement begins that is called many times; it is asynchronous only where it awaits, which costs time. */
function opening(name, options, statement) {
  const isAsync = awaits(statement);
  return `await ${CALL}.${name}(${JSON.stringify(options)}, ${isAsync ? "async " : ""}() => {`;
}

// An expression stays the value of its line.
const openTime = (statement) => `${CALL}.begin(); ${isExpression(statement) ? `${CALL}.end(` : ""}`;
const closeTime = (statement) => (isExpression(statement) ? ")" : `; ${CALL}.end()`);

function isExpression(statement) {
  const { statements, parseDiagnostics } = /** @type {any} */ (
    ts.createSourceFile("cell.ts", `(${statement.replace(/;\s*$/, "")}\n)`, ts.ScriptTarget.Latest)
  );
  return statements.length === 1 && parseDiagnostics.length === 0;
}

const awaits = (code) => !topAwaits(ts.createSourceFile("cell.ts", code, ts.ScriptTarget.Latest)).next().done;

/** IPython's options -n, -r, -q and -o, in one word with their numbers or not. */
function readOptions(text) {
  const options = {};
  let rest = text.trim();
  for (
    let found;
    (found = /^-(?:([nr])\s*(\d+)|([qo]+))(?:\s+|$)/.exec(rest)) !== null;
    rest = rest.slice(found[0].length)
  ) {
    const [, name, number, flags = ""] = found;
    if (name !== undefined) options[name] = Number(number);
    for (const flag of flags) options[flag] = true;
  }
  const [unknown] = /^-\w\S*/.exec(rest) ?? [];
  const wrong =
    unknown === undefined || /^-\d/.test(rest)
      ? undefined
      : `%timeit does not know ${unknown}. It takes -n and -r with a number (calls a run, runs), -q (print nothing) and -o (give the result).`;
  return { options, statement: withoutComment(rest), wrong };
}

/** What is put after it in its line must not become part of a comment. */
function withoutComment(statement) {
  const { statements } = ts.createSourceFile("cell.ts", statement, ts.ScriptTarget.Latest);
  return statement.slice(0, statements.at(-1)?.end ?? 0).trim();
}

/** The same code for those who read or complete it: each magic is blank, so that all else keeps its place. */
export const withoutMagics = (source) =>
  source.replace(/^([ \t]*)%%?time(?:it)?\b(?:[ \t]+-(?:[nr][ \t]*\d+|[qo]+))*/gm, (found) => " ".repeat(found.length));

/** What compiled cells call. */
export class Magics {
  #begun = [];

  /** Times a statement, and prints IPython's line; gives the result where that was asked for. */
  async timeit({ n, r, q = false, o = false }, statement) {
    const { timeit } = require("parallel-typescript");
    const result = await timeit(statement, { n, r });
    if (!q) console.log(String(result));
    return o ? result : undefined;
  }

  begin() {
    this.#begun.push({ cpu: process.cpuUsage(), wall: performance.now() });
  }

  /** Prints IPython's lines on the time since `begin`, and hands on a value, or waits for it. */
  end(value) {
    const begun = this.#begun.pop();
    if (begun === undefined) return value;
    const { user, system } = process.cpuUsage(begun.cpu);
    const wall = performance.now() - begun.wall;
    const { formatTime } = require("../../lib/dist/internal.js");
    const [mine, systems, total, elapsed] = [user / 1e6, system / 1e6, (user + system) / 1e6, wall / 1e3].map(
      formatTime,
    );
    console.log(`CPU times: user ${mine}, sys: ${systems}, total: ${total}\nWall time: ${elapsed}`);
    return value;
  }

  /** Nothing that a stopped cell has begun is ended by another one. */
  forget() {
    this.#begun = [];
  }
}
