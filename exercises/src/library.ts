/** What is used of the library beside its public names. */
export { readRecord, takeRecord, type PoolRecord, type TaskRecord } from "../../lib/dist/pool/record/recorder";
export { showSentences } from "../../lib/dist/notebook/display";
export { historyFile } from "../../lib/dist/timing/history";
