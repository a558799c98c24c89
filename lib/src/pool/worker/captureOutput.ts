/** What tasks print, and where it goes: to the main thread, with the route of the task that prints. */
import { AsyncLocalStorage } from "node:async_hooks";
import { StringDecoder } from "node:string_decoder";
import { threadId } from "node:worker_threads";
import { setPrinter } from "../../remote/outputRoutes";
import type { OutputRoute, Print, Stream } from "../../remote/outputRoutes";
import { stackFrames } from "./loadOnDemand";

/** The function that is running, for what it prints and leaves behind. */
export const running = new AsyncLocalStorage<{ readonly name: string; readonly route: OutputRoute }>();

export type SendOutput = (stream: Stream, text: string, route: OutputRoute) => void;

/** @param initialRoute the route of what is printed outside of tasks */
export function redirectOutput(send: SendOutput, initialRoute: OutputRoute): void {
  const routeHere = (): OutputRoute => running.getStore()?.route ?? initialRoute;
  for (const stream of ["stdout", "stderr"] as const) captureOutput(stream, (text) => send(stream, text, routeHere()));
  if (initialRoute === 0) return;
  let last: { readonly route: OutputRoute; readonly print: Print } | undefined;
  setPrinter(() => {
    const route = routeHere();
    // The same route has the same function, by which routes are told apart.
    if (route !== last?.route) last = { route, print: (stream, text) => send(stream, text, route) };
    return last.print;
  });
}

/** Node would keep the output of a busy worker until it is idle. */
function captureOutput(stream: Stream, send: (text: string) => void): void {
  const decoder = new StringDecoder("utf8");
  process[stream].write = (chunk: string | Uint8Array, encoding?: unknown, done?: unknown): boolean => {
    if (typeof chunk !== "string") send(decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)));
    else if (typeof encoding !== "string" || /^utf-?8$/i.test(encoding)) send(chunk);
    else send(decoder.write(Buffer.from(chunk, encoding as BufferEncoding)));
    const callback = typeof encoding === "function" ? encoding : done;
    if (typeof callback === "function") queueMicrotask(() => (callback as () => void)());
    return true;
  };
}

/** What a task leaves behind must not end the worker, and must not pass in silence. */
export function reportStrayErrors(): void {
  const report = (what: string, error: unknown): void => {
    const name = running.getStore()?.name ?? "A task";
    console.error(`${name} left ${what} behind in worker ${threadId}:\n${stackFrames().errorText(error)}`);
  };
  process.on("uncaughtException", (error) => report("an error", error));
  process.on("unhandledRejection", (error) => report("an unhandled rejection", error));
}
