/** What is used of the library beside its public names. */
export {
  readRecord,
  takeRecord,
  type PoolRecord,
  type TaskRecord,
} from "parallel-typescript/dist/pool/record/recorder";
export { showSentences } from "parallel-typescript/dist/notebook/display";
export { historyFile } from "parallel-typescript/dist/timing/history";
