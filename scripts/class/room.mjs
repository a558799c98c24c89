// What the learners of a room have sent, held in memory and nowhere else. Everything that comes is checked here, part by part, and copied: nothing else of it is kept.

/** Bytes of one message. */
export const MOST_BYTES = 65_536;
const MOST_LEARNERS = 500;
const MOST_RESULTS = 120;
const MOST_SOLVED = 200;
/** Milliseconds between two messages of one learner. */
const PAUSE = 1_000;
const KINDS = ["faster", "slower", "same", "unclear"];

/** Why a message is not taken: the status of the answer, and a sentence for the learner. */
export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

const isText = (value, longest) => typeof value === "string" && value.length <= longest;
const isFigure = (value) => typeof value === "number" && value > 0 && value < 1e9;
const isListOf = (value, most, isItem) => Array.isArray(value) && value.length <= most && value.every(isItem);
const isResult = (value) =>
  typeof value === "object" &&
  value !== null &&
  isText(value.title, 120) &&
  isText(value.variant, 120) &&
  KINDS.includes(value.kind) &&
  isFigure(value.ratio);
const isMessage = (value) =>
  typeof value === "object" &&
  value !== null &&
  isText(value.id, 36) &&
  value.id.length === 36 &&
  isText(value.name, 40) &&
  Number.isInteger(value.cores) &&
  value.cores > 0 &&
  value.cores <= 4096 &&
  isListOf(value.results, MOST_RESULTS, isResult) &&
  isListOf(value.solved, MOST_SOLVED, (id) => typeof id === "string" && /^\d{1,2}\.\d{1,2}$/.test(id));

export class Room {
  #learners = new Map();
  #now;
  /** Grows with each message, so that a page asks for what is new only. */
  version = 0;

  constructor(now = () => performance.now()) {
    this.#now = now;
  }

  /** Takes a message, which replaces the last one of the same learner. Throws Refused. */
  take(text) {
    const message = parse(text);
    if (!isMessage(message))
      throw new Refused(400, "That is no message of mp.share: take the version of the lesson that the room uses.");
    const before = this.#learners.get(message.id);
    if (before === undefined && this.#learners.size >= MOST_LEARNERS)
      throw new Refused(503, `The room is full: it takes ${MOST_LEARNERS} learners.`);
    if (before !== undefined && this.#now() - before.at < PAUSE)
      throw new Refused(429, "Once a second is enough: wait a moment, then run the cell again.");
    const { name, cores, results, solved } = message;
    this.#learners.set(message.id, {
      at: this.#now(),
      number: before?.number ?? this.#learners.size + 1,
      name,
      cores,
      results: results.map(({ title, variant, kind, ratio }) => ({ title, variant, kind, ratio })),
      solved: [...new Set(solved)],
    });
    this.version += 1;
  }

  /** What the page shows; no id of a learner is in it, or anybody in the room could write over others. */
  state() {
    const learners = [...this.#learners.values()].map(({ number, name, cores, results, solved }) => ({
      name: name || `learner ${number}`,
      cores,
      results,
      solved,
    }));
    return { version: this.version, learners };
  }
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
