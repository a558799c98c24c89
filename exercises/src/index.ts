/**
 * The exercises of the lesson: a cell asks for a check, a hint, the solution, or the board.
 *
 *     import { check, checkAll, hint, solution } from "parallel-typescript-exercises";
 */
import { exercises } from "./exercises";
import type { Exercise } from "./exercise";
import { judge } from "./judge";
import { showSentences } from "./library";
import { forgetSolved, keepSolved, solvedExercises } from "./solved";

/**
 * Says whether an answer is right, and if not, what was expected and what came. Shows it, and never throws.
 *
 * @param id the number of the exercise: "2.3"
 * @param answer a value, a promise of it, or a function that the check calls: the exercise says which
 * @example
 * await check("2.3", (pool) => pool.map(countPrimes, limits));
 */
export async function check(id: string, answer?: unknown): Promise<void> {
  const exercise = find(id);
  if (exercise === undefined) return;
  const { isSolved, lines } = await judge(exercise, answer);
  if (isSolved) keepSolved(id);
  showSentences(lines);
}

const told = new Map<string, number>();

/** Gives a hint; called again, a second one. */
export function hint(id: string): void {
  const exercise = find(id);
  if (exercise === undefined) return;
  const number = told.get(id) ?? 0;
  told.set(id, Math.min(number + 1, exercise.hints.length - 1));
  const more = number === 0 ? `hint("${id}") once more gives a second hint.` : `solution("${id}") shows the solution.`;
  showSentences([`Hint ${number + 1} for ${id}: ${exercise.hints[number]}`, more]);
}

/** Shows the solution: a cell that you can copy and run. */
export function solution(id: string): void {
  const exercise = find(id);
  if (exercise !== undefined) console.log(exercise.solution);
}

/** Shows the board: which exercises are solved. With `clear: true` it forgets them all first. */
export function checkAll({ clear = false }: { clear?: boolean } = {}): void {
  if (clear) forgetSolved();
  showSentences(boardOf(solvedExercises()));
}

/** A line for each notebook. */
function boardOf(solved: ReadonlySet<string>): string[] {
  const notebooks = [...new Set(exercises.map(({ id }) => id.split(".")[0]))];
  const lines = notebooks.map((notebook) => {
    const own = exercises.filter(({ id }) => id.startsWith(`${notebook}.`));
    const places = own.map(({ id }) => `${solved.has(id) ? "✓" : "·"} ${id}`).join("  ");
    return `0${notebook}   ${own.filter(({ id }) => solved.has(id)).length} of ${own.length}   ${places}`;
  });
  const sum = exercises.filter(({ id }) => solved.has(id)).length;
  return [...lines, `${sum} of ${exercises.length} exercises are solved.`];
}

function find(id: string): Exercise | undefined {
  const found = exercises.find((exercise) => exercise.id === id);
  if (found === undefined)
    showSentences([
      `There is no exercise ${JSON.stringify(id)}. Write its number as text, such as "2.3": ${exercises.map((each) => each.id).join(", ")}.`,
    ]);
  return found;
}
