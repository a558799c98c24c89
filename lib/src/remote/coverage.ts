/**
 * Coverage of what runs in workers and processes, where a tool asks for it.
 *
 * c8 has Node write which parts of each script ran. The scripts of functions that were sent bear the names of their authors' files, and have their lines, but not their offsets,
 * by which Node counts: so their counts are written here. nyc has functions count for themselves, in an object for each file, which they refer to: each
 * thread has one of its own, and writes it at its end.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { Session, type Profiler } from "node:inspector";
import { isAbsolute, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { isMainThread, threadId } from "node:worker_threads";
import { isThere } from "../base/runtime";
import { registerDecoder } from "../serialize/decode/decode";
import { registerEncoder } from "../serialize/encode/encode";
import { begins } from "../serialize/v8/session";
import { textOf } from "../serialize/v8/sourceText";

/** What nyc counts in a file: statements, functions, branches. */
interface Counts {
  readonly path: string;
  readonly s: object;
  readonly f: object;
  readonly b: object;
}
const counted = globalThis as { __coverage__?: Record<string, Counts> };
const { NODE_V8_COVERAGE: folder = "", NYC_CONFIG: nyc = "" } = process.env;

if (nyc !== "") {
  const isCounts = (value: object): boolean =>
    counted.__coverage__ !== undefined && Object.values(counted.__coverage__).includes(value as Counts);
  registerEncoder("coverage", isCounts, (value) => fromZero(value as Counts));
  registerDecoder("coverage", (sent) => ((counted.__coverage__ ??= {})[(sent as Counts).path] ??= sent as Counts));
}

/** The counts of a thread that begins. */
function fromZero(counts: Counts): Counts {
  const zeros = (of: object): object =>
    Object.fromEntries(
      Object.entries(of).map(([key, value]: [string, unknown]) => [key, Array.isArray(value) ? value.map(() => 0) : 0]),
    );
  return { ...counts, s: zeros(counts.s), f: zeros(counts.f), b: zeros(counts.b) };
}

/** Has the counts of this thread or process written at its end. */
export function coverUntilExit(): void {
  if (folder !== "") coverForNode();
  if (nyc !== "") process.on("exit", writeForNyc);
}

function writeForNyc(): void {
  const { cwd, tempDir } = JSON.parse(nyc) as { cwd: string; tempDir: string };
  const file = join(cwd, tempDir, `parallel-typescript-${process.pid}-${Date.now()}-${threadId}.json`);
  // nyc itself writes those of a process.
  if (!isMainThread && counted.__coverage__ !== undefined) writeFileSync(file, JSON.stringify(counted.__coverage__));
}

function coverForNode(): void {
  const session = new Session();
  session.connect();
  session.post("Profiler.enable");
  session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  process.on("exit", () => {
    // What is taken here is not there any more for Node, which writes its own after this.
    session.post("Profiler.takePreciseCoverage", (_, taken) => {
      const result = taken.result.map(asInFile);
      mkdirSync(folder, { recursive: true });
      // Node's own file has the number of the thread.
      const name = `coverage-${process.pid}-${Date.now()}-${threadId + 1_000_000}.json`;
      writeFileSync(join(folder, name), JSON.stringify({ result }));
    });
  });
}

/** The counts of a script as those of the file from which its functions come; unchanged when it is such a file itself. */
function asInFile(script: Profiler.ScriptCoverage): Profiler.ScriptCoverage {
  const file = fileOf(script.url);
  const text = file === undefined ? "" : textOf(script.scriptId);
  const begin = begins.get(script.scriptId)?.line ?? 0;
  if (file === undefined || !(begin < 0 || /\n\/\/# sourceURL=.*$/.test(text))) return script;
  const disk = readFileSync(file, "utf8");
  const [lines, linesOnDisk] = [startsOf(text), startsOf(disk)];
  const functions = script.functions.flatMap(({ ranges, ...rest }) => {
    const { startOffset: start = 0, endOffset: end = 0 } = ranges[0] ?? {};
    const line = lines.findLastIndex((begins) => begins <= start);
    const expected = (linesOnDisk[line + begin] ?? NaN) + start - (lines[line] as number);
    // A bracket before a function that begins its line moves it by a column.
    const found = disk.indexOf(text.slice(start, end), expected - MOST_MOVED);
    const by = found - start;
    // What is around the functions was never in the file.
    return found >= 0 && Math.abs(found - expected) <= MOST_MOVED
      ? [{ ...rest, ranges: ranges.map((range) => moved(range, by)) }]
      : [];
  });
  return { scriptId: script.scriptId, url: pathToFileURL(file).href, functions };
}

/** By so many columns at most a function stands elsewhere than its author wrote it. */
const MOST_MOVED = 20;

function moved({ startOffset, endOffset, count }: Profiler.CoverageRange, by: number): Profiler.CoverageRange {
  return { startOffset: startOffset + by, endOffset: endOffset + by, count };
}

function fileOf(url: string): string | undefined {
  const path = url.startsWith("file:") ? fileURLToPath(url) : isAbsolute(url) ? url.replaceAll("%20", " ") : "";
  return path !== "" && isThere(path) ? path : undefined;
}

function startsOf(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}
