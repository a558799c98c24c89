/** What an exercise is. Each has a file of its own, the one source of what learners and teachers see of it. docs/exercises.md says how to add one. */
import type { Attempt } from "./attempt";

export interface Exercise {
  /** The number of the notebook, and of the exercise in it: "2.3". */
  readonly id: string;
  readonly title: string;
  /** How long a learner takes. */
  readonly minutes: number;
  /** Markdown. */
  readonly task: string;
  /** The cell to work in, as it is shipped. It ends in the check. */
  readonly start: string;
  /** The ids of the cells of the notebook that the code here needs. */
  readonly uses?: readonly string[];
  /** The first says where to look, the second nearly all. */
  readonly hints: readonly [string, string];
  /** The same cell, solved. */
  readonly solution: string;
  /** What learners write instead. */
  readonly mistakes: readonly [Mistake, Mistake, ...Mistake[]];
  /** Ends well, or throws what `attempt.must` throws. */
  check(attempt: Attempt): Promise<void> | void;
}

export interface Mistake {
  /** What is wrong about it, for teachers: a sentence. */
  readonly what: string;
  /** The cell. */
  readonly code: string;
  /** A part of what the check says to it. */
  readonly says: string;
}

/** Thrown by a check: the answer is not right yet. */
export class NotYet extends Error {
  constructor(
    readonly expected: string,
    readonly came: string,
  ) {
    super(came);
  }
}
