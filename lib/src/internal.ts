/**
 * What tests and scripts of this project use of the library beside its public names, in one place. Nothing here is promised to anybody else.
 */
export { beginWork, endWork } from "./base/busyWorkers";
export { affinityCount, cgroupQuota } from "./base/cgroup";
export { checkChunkSize, defaultChunkSize } from "./base/chunkSize";
export { readClusterFile } from "./cluster/clusterFile";
export { findServer } from "./cluster/nats/server";
export { Link } from "./cluster/link/link";
export { StreamChannel } from "./cluster/link/channel";
export { Reliable } from "./cluster/nats/reliable";
export { liveAmdahl } from "./notebook/amdahl/amdahlChart";
export { MARGIN, WIDTH, dotSymbol, drawCard, text } from "./notebook/draw/card";
export { AXIS_HEIGHT, gridAndAxis, plotGroup } from "./notebook/draw/plot";
export { fit, textWidth, withUnbreakableSpaces, wrap, wrapForTerminal } from "./notebook/draw/text";
export { DARK, GROUND, INK, PHASE_COLOURS, SMALL_SIZE, SOFT_INK, STILL, colourOf } from "./notebook/draw/theme";
export { drawTimeline, regionsOf, tasksInWords, writeTimeline } from "./notebook/timeline/chart";
export { chunkSizeFor } from "./notebook/timeline/hint";
export { sharesOf } from "./notebook/timeline/lanes";
export { traceOf } from "./notebook/timeline/traceEvents";
export { pictureOf } from "./notebook/timeline/content";
export { lastCalls } from "./pool/record/lastCalls";
export { MOST_TASKS, Recorder, readRecord, takeRecord } from "./pool/record/recorder";
export type { PoolRecord, TaskRecord, WorkerStart, WorkerTotals } from "./pool/record/recorder";
export { encode } from "./serialize/encode/encode";
export { formatTime } from "./timing/formatTime";
export { serialShareOf, speedupWith } from "./timing/serialShare";
export { historyFile, keptComparisons } from "./timing/history";
export { thisMachine } from "./timing/historyEntry";
export { whatChanged } from "./timing/whatChanged";
export { countAcrossChunks } from "./words/countAcrossChunks";
export { chooseCounter } from "./words/countWords";
export { PairCounter } from "./words/counters/pairCounter";
export { PlainCounter } from "./words/counters/plainCounter";
export { SimdCounter, simdCounter } from "./words/counters/simdCounter";
export { longest } from "./words/counters/wordCounter";
export type { WordCounter } from "./words/counters/wordCounter";
