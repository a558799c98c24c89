// What stacks say in this kernel: a cell's own lines and columns, and nothing of what runs the cell. So it is right wherever a stack
// is read: in the message of a failed cell, in what is logged, in `console.trace`.
import { createRequire } from "node:module";
import { dirname, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { CELL } from "./awaitGuards.mjs";

const tslab = createRequire(import.meta.url).resolve("tslab/package.json");
const folders = [dirname(fileURLToPath(import.meta.url)), dirname(tslab)].map((folder) => folder + sep);
const ours = [...folders, ...folders.map((folder) => pathToFileURL(folder).href)];
const standard = Error.prepareStackTrace;
const ownFrame = new RegExp(`\\b${CELL} \\(([^()]*)\\)`);

const scriptOf = (frame) => frame.getScriptNameOrSourceURL() ?? "";
const isCellItself = (frame) => frame.getFunctionName() === CELL;
const isOurs = (frame) => ours.some((folder) => scriptOf(frame).startsWith(folder));

class Callers {}

/** `placeOf(script, line, column)` tells where in its cell a piece of compiled code stands, all counted from 1; or undefined. */
export function tellCellsInStacks(placeOf) {
  Error.prepareStackTrace = (error, frames) => {
    if (error instanceof Callers)
      return frames.map((frame) => ({ script: scriptOf(frame), isCell: isCellItself(frame) }));
    const bottom = frames.findIndex(isCellItself);
    const kept = frames.slice(0, bottom < 0 ? undefined : bottom + 1).filter((frame) => !isOurs(frame));
    return headOf(error) + kept.map((frame) => `\n    at ${textOf(frame, placeOf)}`).join("");
  };
}

function headOf(error) {
  try {
    return standard(error, []);
  } catch {
    // Its name or its message throws. Whoever asks for the stack has not asked for these.
    return "Error";
  }
}

function textOf(frame, placeOf) {
  const text = String(frame).replace(/(In\[[\d*]+\]):(\d+):(\d+)/g, (found, script, line, column) => {
    const place = placeOf(script, Number(line), Number(column));
    return place ? `${script}:${place.line}:${place.column}` : found;
  });
  // What an earlier cell has declared is a property of tslab's proxy.
  return text.replace(ownFrame, "$1").replace(/^(async )?Proxy\./, "$1");
}

/**
 * Notes so many of those who have called a function: the script of each, and whether it is a cell itself. (V8's own frames would hold the objects
 * whose methods they are, for as long as anybody has them.) Nothing may end it in the middle. None when the learner has a `prepareStackTrace` of his own.
 */
export function noteCallers(called, count) {
  const callers = new Callers();
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = count;
  Error.captureStackTrace(callers, called);
  Error.stackTraceLimit = stackTraceLimit;
  const { stack } = /** @type {{ stack?: unknown }} */ (callers);
  return Array.isArray(stack) ? stack : [];
}
