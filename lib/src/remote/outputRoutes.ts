/**
 * Where a task's prints are shown. A kernel that shows them in the cell that started the task has a door for it: a function
 * `globalThis[Symbol.for("parallel-typescript.printer")]` that, called when the task is started, gives the function that prints what it says.
 * Workers have such a door too, for the pools and processes in them. Elsewhere there is none, and prints are this program's own.
 */

import { writeTo } from "../base/print";

export type Stream = "stdout" | "stderr";
export type Print = (stream: Stream, text: string) => void;
/** Names a way to print, so that a worker can say by which: 0 is this program's own. */
export type OutputRoute = number;

const DOOR = Symbol.for("parallel-typescript.printer");
const door = globalThis as { [DOOR]?: () => Print };
const ways: Print[] = [writeTo];

/** The route of what is started now. */
export function currentRoute(): OutputRoute {
  const print = door[DOOR]?.();
  if (print === undefined) return 0;
  // A door gives the same function for the same cell, so there are no more of them than cells.
  const known = ways.lastIndexOf(print);
  return known < 0 ? ways.push(print) - 1 : known;
}

/** How that route prints. */
export function printerOf(route: OutputRoute): Print {
  return ways[route] ?? ways[0];
}

/** Opens a door in this thread. */
export function setPrinter(printer: () => Print): void {
  door[DOOR] = printer;
}
