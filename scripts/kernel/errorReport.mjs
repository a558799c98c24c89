// An error as Jupyter shows it: name, message, and the lines of the learner's cells that led to it. Frames of Node, of tslab, of
// packages and of this project are left out.
import { realpathSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { nodeWith } from "./language.mjs";
import { NO_COMMANDS } from "./magics.mjs";
import { whereDefined } from "./whereDefined.mjs";
import { inTime, inner, isError, nameAndMessage, ownProperties, textOf } from "./thrown.mjs";

const project = realpathSync(join(dirname(fileURLToPath(import.meta.url)), "..", ".."));
const notTheLearners = [join(project, "lib"), join(project, "scripts")];

/** Lines of source shown before and after the one that is meant. */
const AROUND = 2;
/** Frames shown of one error, and errors of a chain of causes. */
const FRAMES = 12;
const CAUSES = 8;

/** Characters of a text that are shown. */
const MOST = 100_000;

const short = (text) =>
  text.length <= MOST ? text : `${text.slice(0, MOST)} … (${text.length - MOST} more characters)`;
const red = (text) => `\u001b[31m${text}\u001b[39m`;
const green = (text) => `\u001b[32m${text}\u001b[39m`;

/** The content of an error message for what cell `cell` threw. `sources` has the lines of each cell by name. */
export function describeThrown(thrown, cell, sources) {
  const describe = () => {
    const { name, message } = nameAndMessage(thrown);
    return {
      ename: short(name),
      evalue: short(message),
      traceback: [...parts(thrown, cell, sources, new Set())].map(short),
    };
  };
  return inTime(describe, () => {
    const evalue = `${typeof thrown === "object" ? "an object" : `a ${typeof thrown}`} was thrown that cannot be described: its own code fails, or takes too long`;
    return { ename: "Uncaught", evalue, traceback: [`${red("Uncaught")}: ${evalue}`, ...waiting(cell, sources)] };
  });
}

/** The same as a text, for what was thrown when no cell was there to hear of it. */
export const tell = (thrown, sources) =>
  stripVTControlCharacters(describeThrown(thrown, {}, sources).traceback.join("\n"));

/** The same for TypeScript's complaints about a cell: the line and where in it, what is wrong, and what to do. */
export function describeDiagnostics(diagnostics, cell, sources) {
  const lines = sources.get(cell.name);
  const shown = withinCell(diagnostics, lines).map((one) => {
    // A magic has moved what stands in its line.
    const moved = one.fileName === undefined ? (cell.shifts?.get(one.start.line) ?? 0) : 0;
    const column = Math.max(0, one.start.character - moved);
    return { ...one, column, messageText: withAdvice(one, cell, lines) };
  });
  const told = shown.map(({ start, end, column, messageText, fileName }) => {
    const head = `${fileName ?? label(cell.name)}, line ${start.line + 1}, column ${column + 1}:`;
    const source = fileName === undefined ? lines[start.line] : undefined;
    const message = messageText.split("\n").map(wrapped).join("\n");
    if (source === undefined) return `${head}\n${message}`;
    const length = Math.max(1, end.line === start.line ? end.character - start.character : source.length - column);
    const margin = `${green("---->")} ${String(start.line + 1).padStart(3)} `;
    return `${head}\n${margin}${source}\n${" ".repeat(10)}${source.slice(0, column).replace(/[^\t]/g, " ")}${red("^".repeat(length))}\n${message}`;
  });
  const [{ start, column, messageText }] = shown;
  return {
    ename: "TypeScriptError",
    evalue: `${start.line + 1}:${column + 1} - ${messageText.split("\n")[0]}`,
    traceback: [
      `${red("TypeScriptError")}: the cell was not run, since TypeScript found ${told.length === 1 ? "an error" : `${told.length} errors`} in it`,
      ...told,
    ],
  };
}

/** JupyterLab breaks what is longer than its cell in the middle of words. */
const wrapped = (line) => line.replace(/(?=.{77})(.{1,76}) /g, "$1\n");

/** TypeScript's sentence, and what to do where this kernel knows it. */
function withAdvice({ messageText, fileName, start }, cell, lines) {
  const node = nodeWith(messageText);
  if (node !== undefined) {
    const sentence = messageText.replace(/ Do you need to change your target library\?.*/, "");
    return `${sentence}\nNode ${node} and later have it; this kernel runs on Node ${process.versions.node}.`;
  }
  if (ASYNCHRONOUS_LOOP.test(messageText))
    return `${messageText.split("\n")[0]}\nIts items come one by one, each with a wait: write \`for await (const item of ...)\`.`;
  const [, name] = /^Cannot find name '(.+?)'/.exec(messageText) ?? [];
  if (name === undefined || fileName !== undefined || /Did you mean|do you need to/i.test(messageText))
    return messageText;
  // `!ls` can be read: as "not ls".
  if (lines[start.line]?.trim().startsWith(`!${name}`)) return NO_COMMANDS;
  const advice = whereDefined(name, cell.code) ?? "If another cell defines it, run that one first.";
  return `${messageText}\n${advice}`;
}

const ASYNCHRONOUS_LOOP = /^Type 'Async\w+<.*' must have a '\[Symbol\.iterator\]\(\)' method/;

/** tslab adds a line to the cell; what TypeScript says of that line only means that the cell ends too early. */
function withinCell(diagnostics, lines) {
  const within = diagnostics.filter(({ fileName, start }) => fileName !== undefined || start.line < lines.length);
  if (within.length > 0) return within;
  const end = { line: lines.length - 1, character: lines.at(-1).length };
  return [{ ...diagnostics.at(-1), start: end, end }];
}

function* parts(thrown, cell, sources, seen, depth = 0) {
  seen.add(thrown);
  const { name, message } = nameAndMessage(thrown);
  yield `${red(name)}: ${message}${ownProperties(thrown)}`;
  if (!isError(thrown)) return yield* waiting(cell, sources);
  const places = framesOf(thrown, sources);
  // Where the outer error has shown the source already, the place alone is enough.
  const show = (place) => {
    const text = showPlace(place, sources);
    const again = seen.has(text);
    seen.add(text);
    return again ? text.split("\n")[0] : text;
  };
  let repeated = 0;
  let shown = 0;
  let last;
  for (const place of places) {
    const key = JSON.stringify(place);
    if (key === last) {
      repeated++;
      continue;
    }
    last = key;
    if (repeated > 0) yield `  (and ${repeated} more of the same)`;
    repeated = 0;
    if (++shown > FRAMES) {
      yield "  (and more)";
      break;
    }
    yield show(place);
  }
  if (repeated > 0) yield `  (and ${repeated} more of the same)`;
  if (depth === 0 && !places.some(({ file }) => file === cell.name)) yield* waiting(cell, sources);
  for (const [how, error] of inner(thrown)) {
    if (seen.has(error) || depth >= CAUSES) continue;
    const [head, ...rest] = parts(error, cell, sources, seen, depth + 1);
    yield `\n${how} ${head}`;
    yield* rest;
  }
}

/** The line of the cell that waited for a promise when the error came out of it. */
function* waiting(cell, sources) {
  if (cell.waitingLine !== undefined) yield showPlace({ file: cell.name, line: cell.waitingLine, what: "" }, sources);
}

/** The places in cells and in the learner's own files that a stack names. */
function framesOf(error, sources) {
  return textOf(error, "stack")
    .split("\n")
    .flatMap((frame) => {
      const found = /^\s+at (?:async )?(?:(.+?) \()?(?:file:\/\/)?(.+?):(\d+):(\d+)\)?$/.exec(frame);
      if (found === null) return [];
      const [, what = "", address, line] = found;
      const file = decodeFile(address);
      return sources.has(file) || isLearners(file) ? [{ file, line: Number(line), what }] : [];
    });
}

/** Addresses of scripts may come with what is not a letter written as %5B. */
function decodeFile(address) {
  try {
    return decodeURIComponent(address);
  } catch (error) {
    if (error instanceof URIError) return address;
    throw error;
  }
}

/** Whether a file is neither a package's nor this project's own. */
export function isLearners(file) {
  if (!/^(?:\/|[a-z]:[\\/])/i.test(file) || /[\\/]node_modules[\\/]/.test(file)) return false;
  return !notTheLearners.some((folder) => !relative(folder, file).startsWith(".."));
}

function showPlace({ file, line, what }, sources) {
  const head = `${label(file)}, line ${line}${what === "" ? "" : `, in ${what}`}`;
  const lines = sources.get(file);
  if (lines === undefined) return head;
  const from = Math.max(1, line - AROUND);
  const shown = lines.slice(from - 1, line + AROUND).map((text, i) => {
    const margin = from + i === line ? green("---->") : "     ";
    return `${margin} ${String(from + i).padStart(3)} ${text}`.trimEnd();
  });
  return [head, ...shown].join("\n");
}

const label = (file) => file.replace(/^In\[/, "In [");
