// The two editions of a notebook: both have its exercises, the teacher's has what belongs to them as well.
import { code, markdown, numbered, sourceOf } from "./notebookFile.mjs";

const PACKAGE = "parallel-typescript-exercises";

/** Those of the notebook of that number. */
export const exercisesOf = (exercises, number) => exercises.filter(({ id }) => id.startsWith(`${number}.`));

/** How long they take, in minutes, to the next five. */
export const minutesOf = (exercises) => Math.ceil(exercises.reduce((sum, { minutes }) => sum + minutes, 0) / 5) * 5;

const COUNTS = { 5: "Five", 6: "Six", 7: "Seven", 8: "Eight" };
const named = ({ id }) => id.replace(".", "-");

/** For the speaker, as each main slide has them. */
const NOTES = `**10 minutes** in the room, for the first two or three; the others are for home. Alone for five minutes, then with a neighbour. \`check\` tells each learner what was right, so go to those who have stopped. The room's page shows which exercises are solved.

Those that ask for a prediction bring out what people believe: have them predicted aloud.`;

function headOf(exercises) {
  const [{ id }] = exercises;
  return [
    markdown(
      "exercises",
      `## Exercises

${COUNTS[exercises.length]} exercises, about ${minutesOf(exercises)} minutes. Each has a cell to work in: change it, and run it as often as you like. \`check\` says whether your answer is right; if not, what was expected and what came. Where it matters, it also sees *how* it was computed: by how many workers, in how many messages, and whether at the same time.

\`hint("${id}")\` in a cell of your own gives a hint, and a second one when you ask again. \`solution("${id}")\` shows the solution.`,
      "slide",
    ),
    markdown("notes-exercises", `<details><summary>For the teacher</summary>\n\n${NOTES}\n\n</details>`, "notes"),
    code("exercises-import", `import { check, checkAll, hint, solution } from "${PACKAGE}";`, "skip"),
  ];
}

function cellsOf(exercise) {
  const { id, title, task, start } = exercise;
  const name = named(exercise);
  return [
    markdown(`exercise-${name}`, `### Exercise ${id}: ${title}\n\n${task}`, "subslide"),
    code(`answer-${name}`, start, "fragment"),
  ];
}

const board = [
  markdown("board-text", "### The board\n\nWhat you have solved in all notebooks, today and before.", "skip"),
  code("board", "checkAll();", "skip"),
];

/** What only the teacher's edition has, folded under a heading. */
function forTeachers(exercise) {
  const { id, minutes, hints, solution, mistakes } = exercise;
  const name = named(exercise);
  const texts = mistakes.map(
    ({ what, code, says }) =>
      `- ${what} The check says "${says}".\n\n  \`\`\`ts\n${code.replace(/^(?=.)/gm, "  ")}\n  \`\`\``,
  );
  const first = hints.map((hint, place) => `${place + 1}. ${hint}`).join("\n");
  return [
    markdown(`solution-${name}-heading`, `#### Solution ${id} (${minutes} minutes)`, "skip", {
      "jp-MarkdownHeadingCollapsed": true,
    }),
    code(`solution-${name}`, solution, "skip"),
    markdown(
      `mistakes-${name}`,
      `**Hints**\n\n${first}\n\n**What learners write instead**\n\n${texts.join("\n")}`,
      "skip",
    ),
  ];
}

/** The cells of a notebook with its exercises instead of those that it has: what stands from the exercises up to the key points. */
function withExercises(cells, section) {
  const end = cells.findIndex(({ id }) => id === "key-points");
  const begin = cells.findIndex(({ id }) => id === "exercises");
  if (end < 0) throw new Error("The notebook has no cell key-points, before which the exercises belong.");
  return [...cells.slice(0, begin < 0 ? end : begin), ...section, ...cells.slice(end)];
}

/** A cell keeps what it has shown as long as its source stays. */
function withOutputs(cells, before) {
  const known = new Map(before.filter(({ cell_type }) => cell_type === "code").map((cell) => [cell.id, cell]));
  return cells.map((cell) => {
    const old = known.get(cell.id);
    return old && sourceOf(old) === sourceOf(cell) ? { ...cell, outputs: old.outputs } : cell;
  });
}

const withMinutes = (cell, exercises) => ({
  ...cell,
  source: cell.source.map((line) =>
    line.replace(/about \d+ for the exercises/, `about ${minutesOf(exercises)} for the exercises`),
  ),
});

/** The notebook as it is shipped. */
export function learnersEdition(notebook, exercises) {
  const section = [...headOf(exercises), ...exercises.flatMap(cellsOf), ...board];
  const [title, ...others] = withExercises(notebook.cells, section);
  const cells = [withMinutes(title, exercises), ...withOutputs(others, notebook.cells)];
  return { ...notebook, cells: numbered(cells) };
}

/** The same, with solutions, hints and typical mistakes. */
export function teachersEdition(notebook, exercises) {
  const learners = learnersEdition(notebook, exercises);
  const after = new Map(exercises.map((exercise) => [`answer-${named(exercise)}`, forTeachers(exercise)]));
  const cells = learners.cells.flatMap((cell) => [cell, ...(after.get(cell.id) ?? [])]);
  return { ...learners, cells: numbered(cells) };
}
