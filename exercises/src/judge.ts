/** What a check says to an answer. */
import { Attempt, type AttemptOptions } from "./attempt";
import { NotYet, type Exercise } from "./exercise";
import { shown } from "./limits";

export interface Judgement {
  readonly isSolved: boolean;
  /** What is shown: a headline, then a line for each thing that was looked at. */
  readonly lines: readonly string[];
}

/** Two workers show how an answer shares out its work, on a single core too, where they take turns; and what is said is the same on each machine. */
const USUAL: AttemptOptions = { workers: 2, seconds: 30 };

/** Tries an answer. Never throws for what the answer does. */
export async function judge(
  exercise: Exercise,
  answer: unknown,
  options: Partial<AttemptOptions> = {},
): Promise<Judgement> {
  const attempt = new Attempt(answer, { ...USUAL, ...options });
  try {
    await exercise.check(attempt);
  } catch (error) {
    const { expected, came } = error instanceof NotYet ? error : unreadable(error);
    const right = attempt.right.map((what) => `  right: ${what}`);
    const lines = [`✗ ${exercise.id} is not solved yet.`, ...right, `  expected: ${expected}`, `  came: ${came}`];
    return { isSolved: false, lines: [...lines, `  hint("${exercise.id}") helps.`] };
  }
  return { isSolved: true, lines: [`✓ ${exercise.id} is solved.`, ...attempt.right.map((what) => `  ${what}`)] };
}

/** An answer may be an object that throws when somebody looks at it. */
const unreadable = (error: unknown) =>
  new NotYet(
    "an answer of the kind that the exercise asks for",
    `something that the check cannot read: ${shown(error)}`,
  );
