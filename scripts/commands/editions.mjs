import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { exercisesOf, learnersEdition, teachersEdition } from "../editions/editions.mjs";
import { textOf } from "../editions/notebookFile.mjs";
import { inRoot } from "../setup/checkout.mjs";
import { say } from "../setup/log.mjs";
import { setUp } from "../setup/setup.mjs";
import { UserError } from "../setup/userError.mjs";

/**
 * Writes the teacher's edition into editions/. The learner's are the notebooks: with --update they get the exercises as they are now, and
 * only then, for learners work in them.
 */
export async function main(args) {
  const unknown = args.find((arg) => arg !== "--update");
  if (unknown)
    throw new UserError(`There is no option ${unknown}.`, "Write: npm run editions, or npm run editions -- --update");
  const update = args.includes("--update");
  await setUp(["packages", "library"]);
  const { exercises } = createRequire(import.meta.url)("parallel-typescript-exercises/dist/exercises");
  mkdirSync(inRoot("editions"), { recursive: true });
  // The teacher's are to run there, too.
  for (const name of ["img", "tsconfig.json"])
    cpSync(inRoot("notebooks", name), inRoot("editions", name), { recursive: true });
  const names = readdirSync(inRoot("notebooks")).filter((name) => name.endsWith(".ipynb"));
  for (const name of names.sort()) {
    const text = readFileSync(inRoot("notebooks", name), "utf8");
    const notebook = JSON.parse(text);
    const own = exercisesOf(exercises, Number(name.slice(0, 2)));
    if (own.length === 0) continue;
    const learners = textOf(learnersEdition(notebook, own));
    if (learners !== text && update) writeFileSync(inRoot("notebooks", name), learners);
    if (learners !== text)
      say(
        update
          ? `notebooks/${name} has new exercises, or the answers in it are gone. Run it from top to bottom, for its outputs.`
          : `notebooks/${name} has other exercises, or answers; it stays as it is. \`npm run editions -- --update\` puts them in, without the answers.`,
      );
    writeFileSync(inRoot("editions", name), textOf(teachersEdition(notebook, own)));
  }
  say("The teacher's edition is in editions/. Open it by: npm start -- --ServerApp.root_dir=editions");
  return 0;
}
