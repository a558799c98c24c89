/** What may have spoilt a measurement, in sentences. Each stands there only when it is true. */
import { availableCpus } from "../base/cpus";
import { formatTime } from "./formatTime";
import { intervalOfSamples } from "./interval";
import { listed } from "./whatChanged";

/** What is asked about one variant. */
export interface Watched {
  readonly name: string;
  readonly loops: number;
  /** Milliseconds per loop, one entry a round. */
  readonly timings: readonly number[];
  readonly result: unknown;
  /** Milliseconds of the first call, and whether it was a start-up. */
  readonly firstCall: number;
  readonly startsUp: boolean;
  readonly workers: number;
  /** Did workers go on after its promise had settled? */
  readonly wentOn: boolean;
  /** Does a call take no longer than one of a function that does nothing? */
  readonly isEmpty: boolean;
}

/** With fewer rounds Wilcoxon's test cannot be 95 % sure. */
const FEW_ROUNDS = 6;
/** Half of the runs lie within this share around the median, or the times vary. */
const VARIES = 0.1;
/** A change during the measurement by less than this spoils nothing. */
const DRIFT = Math.log(1.05);
/** With fewer of the clock's steps a run is not measured to 2 %. */
const FEW_STEPS = 50;

export interface Conditions {
  /** How many processors other programs used meanwhile; undefined where nobody can tell. */
  readonly others: number | undefined;
  readonly processors: number;
  /** Were the results compared? */
  readonly sameResult: boolean;
  /** Was the number of rounds given? Otherwise the budget decides. */
  readonly isCounted: boolean;
}

/** The warnings about a measurement. */
export function warningsOf(
  variants: readonly Watched[],
  { others, processors, sameResult, isCounted }: Conditions,
): string[] {
  const cpus = availableCpus();
  const step = clockStep();
  const rounds = variants[0]?.timings.length ?? 0;
  const workers = variants.reduce((most, variant) => Math.max(most, variant.workers), 0);
  const when = (isTrue: boolean, sentence: () => string) => (isTrue ? [sentence()] : []);
  const named = (isTrue: (variant: Watched) => boolean, sentence: (names: string) => string) => {
    const names = variants.filter(isTrue).map(({ name }) => name);
    return when(names.length > 0, () => sentence(listed(names)));
  };
  return [
    ...when(
      variants.length > 1 && rounds < FEW_ROUNDS,
      () =>
        `There ${rounds === 1 ? "was 1 round" : `were ${rounds} rounds`} only, so one that is disturbed may decide. ${isCounted ? `Leave n and r out, or give r: ${FEW_ROUNDS} or more` : "Give a larger budget"}.`,
    ),
    ...variants.filter(({ startsUp }) => startsUp).map(startUpInWords),
    ...when(
      others !== undefined && isBusy(others, processors, workers),
      () =>
        `Other programs used ${others?.toFixed(1)} of ${processors === 1 ? "the one processor" : `the ${processors} processors`} meanwhile. Close them, or measure again later.`,
    ),
    ...when(
      workers > cpus,
      () =>
        `More workers than processors: ${listed(variants.flatMap((it) => (it.workers > cpus ? [`${it.name} had ${it.workers}`] : [])))}, and ${cpus} can run at a time. The others wait.`,
    ),
    ...named(
      ({ wentOn }) => wentOn,
      (names) =>
        `The workers of ${names} went on after it had returned, so their time is not in its own. Return the promise, or await it.`,
    ),
    ...named(
      ({ result, wentOn }) => sameResult && !wentOn && result === undefined,
      (names) =>
        `Nobody looks at the result of ${names}: it returns nothing, so it may do other work than it should, or none. Return the result.`,
    ),
    ...named(
      ({ isEmpty }) => isEmpty,
      (names) =>
        `A call of ${names} takes no longer than one of a function that does nothing: the compiler may have left the work out. Let the work depend on something that changes, and return what it found.`,
    ),
    ...named(
      (variant) => isCoarse(variant, step),
      (names) =>
        `The clock is too coarse for ${names}: a run takes less than ${FEW_STEPS} of its steps of ${formatTime(step / 1000)}. Leave n out, or give a larger one.`,
    ),
    ...named(
      ({ timings }) => timings.length >= 3 && spreadOf(timings) > VARIES,
      (names) => `The times of ${names} vary by more than ${VARIES * 100} % from round to round.`,
    ),
    ...variants.flatMap((variant) => driftInWords(variant) ?? []),
  ];
}

function startUpInWords({ name, firstCall, timings }: Watched): string {
  const later = timings.reduce((sum, time) => sum + time, 0) / timings.length;
  return `The first call of ${name} took ${formatTime(firstCall / 1000)}, later ones ${formatTime(later / 1000)}: workers started, code was compiled, or something held it up. It is in no mean.`;
}

/** Do other programs take processors that the notebook and its workers need? */
function isBusy(others: number, processors: number, workers: number): boolean {
  return others >= 0.25 && processors - others < Math.min(processors, workers + 1);
}

/** The share of the median within which half of the runs lie, to each side. */
function spreadOf(timings: readonly number[]): number {
  const sorted = timings.toSorted((one, other) => one - other);
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] as number;
  return (at(0.75) - at(0.25)) / 2 / at(0.5);
}

/** Did it become slower or faster while it was measured? */
function driftInWords({ name, timings }: Watched): string | undefined {
  const logs = timings.map(Math.log);
  const half = Math.floor(logs.length / 2);
  const { value, low, high } = intervalOfSamples(logs.slice(0, half), logs.slice(-half), 0.995);
  const percent = Math.round(100 * (Math.exp(Math.abs(value)) - 1));
  if (low > DRIFT) return `${name} became ${percent} % slower during the measurement.`;
  if (high < -DRIFT) return `${name} became ${percent} % faster during the measurement.`;
  return undefined;
}

function isCoarse({ loops, timings }: Watched, step: number): boolean {
  return timings.some((time) => time * loops < FEW_STEPS * step);
}

/** The smallest step of the clock, in milliseconds; 0 for a clock that stands still, as tests have it. */
function clockStep(): number {
  let step = Infinity;
  for (let tried = 0; tried < 20; tried++) {
    const start = performance.now();
    let now = start;
    for (let asked = 0; now === start && asked < 1_000; asked++) now = performance.now();
    if (now === start) return 0;
    step = Math.min(step, now - start);
  }
  return step;
}
