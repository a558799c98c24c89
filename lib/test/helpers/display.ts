/** Stand-ins for the notebook and the clock, and a way to see what was printed. Not a test file. */
import { join } from "node:path";
import type { TestContext } from "node:test";
import { temporaryFolder } from "./files";

// What tests compare is nobody's history.
process.env.PARALLEL_TYPESCRIPT_HISTORY = "none";

/** A history of its own until the test ends; returns its file, which does not exist yet. */
export function pretendHistory(t: TestContext): string {
  const file = join(temporaryFolder(t), "deeper", "history.jsonl");
  process.env.PARALLEL_TYPESCRIPT_HISTORY = file;
  t.after(() => {
    process.env.PARALLEL_TYPESCRIPT_HISTORY = "none";
  });
  return file;
}

export interface Shown {
  mime: string;
  content: string;
  /** Which changing display it was written to; 0 for one that does not change. */
  place: number;
}

/** Pretends to run in a tslab kernel until the test ends; returns the list of what is displayed. */
export function pretendNotebook(t: TestContext): Shown[] {
  const shown: Shown[] = [];
  let places = 0;
  const at = (place: number) => ({ raw: (mime: string, content: string) => void shown.push({ mime, content, place }) });
  const tslab = { display: at(0), newDisplay: () => at(++places) };
  const global = globalThis as { __tslab__?: unknown };
  global.__tslab__ = {
    require: (id: string) => {
      if (id !== "tslab") throw new Error(`Cannot find module '${id}'`);
      return tslab;
    },
  };
  t.after(() => delete global.__tslab__);
  return shown;
}

/** What can be read in HTML, a line a block, with the spaces that people see. */
export function wordsOf({ content }: Shown): string[] {
  const text = content.replace(/<[^>]*>/g, "").replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
  return text.replaceAll("\u00a0", " ").split("\n");
}

/** Lines given to console.log until the test ends. */
export function catchPrints(t: TestContext): string[] {
  const lines: string[] = [];
  t.mock.method(console, "log", (text: string) => void lines.push(...text.split("\n")));
  return lines;
}

/** Replaces the clock until the test ends; the returned function lets that many milliseconds pass. */
export function pretendClock(t: TestContext): (milliseconds: number) => void {
  let now = 1000;
  const { now: real } = performance;
  // Not by t.mock, which remembers every call.
  performance.now = () => now;
  t.after(() => (performance.now = real));
  return (milliseconds) => void (now += milliseconds);
}
