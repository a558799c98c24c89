/**
 * Where a task's output is shown. A kernel that shows it in the cell that started the task sets the function
 * `globalThis[Symbol.for("parallel-typescript.printer")]`. Called when the task is started, it returns the function that prints what the task
 * says. Workers set one, too, for the pools and processes that their tasks start. Without it, output is this program's own.
 */
export type Stream = "stdout" | "stderr";
export type Print = (stream: Stream, text: string) => void;
/** Stands for a `Print` in messages: 0 is this program's own output. */
export type OutputRoute = number;

const PRINTER = Symbol.for("parallel-typescript.printer");
const printer = globalThis as { [PRINTER]?: () => Print };
const routes: Print[] = [writeTo];

/** The route of what is started now. */
export function currentRoute(): OutputRoute {
  const print = printer[PRINTER]?.();
  return print === undefined ? 0 : routeOf(print);
}

export function routeOf(print: Print): OutputRoute {
  // A kernel returns the same function for the same cell, so there are no more routes than cells.
  const known = routes.lastIndexOf(print);
  return known < 0 ? routes.push(print) - 1 : known;
}

/** Writes to this program's own output, which nobody may read any more, as in `node program.js | head -1`. */
export function writeTo(stream: Stream, text: string): void {
  const output = process[stream];
  if (!output.listeners("error").includes(leaveOut)) output.on("error", leaveOut);
  output.write(text);
}

/** As with `console.log`, what nobody reads is left out, and does not end the program. */
function leaveOut(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE" && error.code !== "ERR_STREAM_DESTROYED") throw error;
}

/** Has what is this program's own output printed by that function: on a machine that works for a pool elsewhere. */
export function setProgramPrint(print: Print): void {
  routes[0] = print;
}

export function printerOf(route: OutputRoute): Print {
  return routes[route] ?? writeTo;
}

/** Sets the function that returns how this thread prints. */
export function setPrinter(current: () => Print): void {
  printer[PRINTER] = current;
}
