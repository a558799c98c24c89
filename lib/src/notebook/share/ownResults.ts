/** What a learner may send to the room's page. Nothing of it names the machine, its user or the code. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { availableCpus } from "../../base/cpus";
import { nodeCrypto } from "../../base/loadLate";
import { historyFile, keptComparisons } from "../../timing/history";
import { thisMachine, verdictsOf, type HistoryEntry } from "../../timing/historyEntry";
import type { Verdict } from "../../timing/verdict";

/** A verdict on one variant of a comparison. */
export interface SharedResult extends Pick<Verdict, "kind" | "ratio"> {
  readonly title: string;
  readonly variant: string;
}

/** What is sent, and no more. */
export interface OwnResults {
  /** Made by chance once, so that what is sent again takes the place of what was sent before. */
  readonly id: string;
  /** "" for those who give none. */
  readonly name: string;
  /** How many workers can really run at once. */
  readonly cores: number;
  readonly results: readonly SharedResult[];
  /** The numbers of the exercises that are solved. */
  readonly solved: readonly string[];
}

/** A workshop is over in that time; what was measured before may be nobody's business. */
const RECENT_MS = 12 * 3_600_000;
/** The page takes no more. */
const MOST_RESULTS = 120;

/** The newest comparison of each title of the last hours, measured here, and the exercises that are solved. */
export function ownResults(name: string): OwnResults {
  const own = thisMachine().name;
  const newest = new Map<string, HistoryEntry & { title: string }>();
  for (const entry of keptComparisons()) {
    const { title, machine, date } = entry;
    const isRecent = Math.abs(Date.now() - Date.parse(date)) < RECENT_MS;
    if (title !== undefined && machine.name === own && isRecent) newest.set(title, { ...entry, title });
  }
  const results = [...newest.values()].flatMap((entry) =>
    verdictsOf(entry).map(({ name: variant, verdict: { kind, ratio } }) => ({
      title: entry.title,
      variant,
      kind,
      ratio,
    })),
  );
  // A run shorter than the clock can see gives no number.
  const measured = results.filter(({ ratio }) => Number.isFinite(ratio)).slice(-MOST_RESULTS);
  return { id: ownId(), name, cores: availableCpus(), results: measured, solved: solved() };
}

const byChance = (): string => nodeCrypto().randomUUID();
const LENGTH_OF_ID = 36;
let ofThisProgram: string | undefined;

/** The same after a restart of the kernel, where comparisons are kept. */
function ownId(): string {
  const file = besideHistory("room-id");
  if (file === undefined) return (ofThisProgram ??= byChance());
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, byChance(), { flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") return (ofThisProgram ??= byChance());
  }
  const kept = readFileSync(file, "utf8");
  // Another program may be just writing it.
  return kept.length === LENGTH_OF_ID ? kept : (ofThisProgram ??= byChance());
}

/** The check of exercises writes a line for each that is solved; the last one may be half written. */
function solved(): string[] {
  const file = besideHistory("exercises.jsonl");
  if (file === undefined) return [];
  try {
    const ids = readFileSync(file, "utf8").matchAll(/^\{"solved":"([\d.]+)"/gm);
    return [...new Set(Array.from(ids, ([, id]) => id as string))].sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

function besideHistory(name: string): string | undefined {
  const history = historyFile();
  return history && join(dirname(history), name);
}
