import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { needNode } from "../../base/runtime";
import { describe } from "../../base/errors";
import { withFile } from "../../words/readInChunks";
import { checkTitle, readOptions } from "../../base/options";
import { coresInWords } from "../../timing/whatChanged";
import { nameOf, verdictsOf, type HistoryEntry } from "../../timing/historyEntry";
import { entriesIn } from "../../timing/history";
import { show } from "../display";
import { drawMachines, writeMachines, type MachineResult } from "./machinesChart";

export type { MachineResult };

/** What machines may be told. */
export interface MachinesOptions {
  /** Of the comparison; left out, the one that most machines have. */
  title?: string | undefined;
}
/**
 * Lays the timings of several machines over each other: speed-up against cores, from files that `npm run timings -- export` wrote.
 *
 * @param files the paths of these files, or the folder that they are in: there, all that end in .jsonl
 * @param options `title` of the comparison; left out, the one that most machines have
 * @returns one result a machine and variant
 * @throws TypeError for wrong arguments, Error when no file holds that comparison, a file cannot be read, or a folder has none
 *
 * @example
 * mp.machines("our-room");
 * // ada    2 cores  parallel 1.9
 * // grace  8 cores  parallel 6.4
 * mp.machines(["ada.jsonl", "grace.jsonl"], { title: "32 prime counts" });
 */
export function machines(files: string | readonly string[], options?: MachinesOptions): MachineResult[] {
  needNode("machines");
  if (typeof files === "string") return machines(filesOf(files), options);
  if (!Array.isArray(files) || files.length === 0 || files.some((file) => typeof file !== "string")) {
    throw new TypeError(
      `machines expects a folder, or a list of files, e.g. machines(["ada.jsonl", "grace.jsonl"]), but ${describe(files)} came.`,
    );
  }
  const { title: wanted } = readOptions<MachinesOptions>("machines", options, { title: checkTitle });
  const entries = entriesOf(files);
  const title = wanted ?? mostCommon(entries);
  const newest = new Map<string, HistoryEntry>();
  for (const entry of entries) {
    const machine = JSON.stringify([entry.machine.name, entry.machine.cores]);
    const before = newest.get(machine);
    if (nameOf(entry) === title && (before === undefined || before.date <= entry.date)) newest.set(machine, entry);
  }
  if (title === undefined || newest.size === 0) {
    throw new Error(
      `No file holds a comparison${title === undefined ? "" : ` with the title "${title}"`}. There are: ${[...new Set(entries.map(nameOf))].join(", ") || "none"}.`,
    );
  }
  const results = [...newest.values()].flatMap((entry) =>
    verdictsOf(entry).map(({ name, verdict }) => ({
      machine: entry.machine.name,
      cores: entry.machine.cores,
      variant: name,
      speedup: verdict.ratio,
    })),
  );
  results.sort((one, other) => one.cores - other.cores || one.machine.localeCompare(other.machine));
  const best = results.reduce((most, result) => (result.speedup > most.speedup ? result : most));
  const conclusion = `${title}: the best is ${best.variant} on ${best.machine} with ${coresInWords(best.cores)}, ${best.speedup.toPrecision(2)} times as fast.`;
  const text = writeMachines(title, results);
  const figures = { heading: "All speed-ups in figures", lines: text.split("\n").slice(1) };
  show({
    mime: "image/svg+xml",
    get rich() {
      return drawMachines(title, conclusion, results);
    },
    text,
    figures,
  });
  return results;
}

/** The files of a folder, in the order of their names; a path that is a file's stands for itself. */
function filesOf(path: string): string[] {
  // Says what stands in the way, as for a file.
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return [path];
  const names = readdirSync(path).filter((name) => name.endsWith(".jsonl"));
  if (names.length === 0) {
    throw new Error(
      `There is no file that ends in .jsonl in the folder ${path}. Put there what \`npm run timings -- export\` writes on each machine.`,
    );
  }
  return names.sort().map((name) => join(path, name));
}

/** What stands in the files. Laptops of one make may bear one name: what came in several files is told apart by the file. */
function entriesOf(files: readonly string[]): HistoryEntry[] {
  const read = files.map((file) => ({
    file,
    entries: entriesIn(
      withFile(file, (open) => readFileSync(open, "utf8")),
      file,
    ).filter(({ variants }) => variants.length > 1),
  }));
  const inOtherFile = (file: string, name: string) =>
    read.some((other) => other.file !== file && other.entries.some(({ machine }) => machine.name === name));
  return read.flatMap(({ file, entries }) =>
    entries.map((entry) => {
      const { name } = entry.machine;
      const called = files.some((other) => other !== file && basename(other) === basename(file))
        ? file
        : basename(file);
      return inOtherFile(file, name) ? { ...entry, machine: { ...entry.machine, name: `${name} (${called})` } } : entry;
    }),
  );
}

/** The title that most machines have. */
function mostCommon(entries: readonly HistoryEntry[]): string | undefined {
  const machinesOf = (title: string) =>
    new Set(entries.filter((entry) => nameOf(entry) === title).map(({ machine }) => machine.name)).size;
  const titles = [...new Set(entries.map(nameOf))].map((title) => ({ title, machines: machinesOf(title) }));
  return titles.sort((one, other) => other.machines - one.machines)[0]?.title;
}
