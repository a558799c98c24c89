// npm run editions: the teacher's edition of the notebooks; with --update the learner's, too.
import { runCommand } from "./setup/runCommand.mjs";

runCommand(() => import("./commands/editions.mjs"));
