// npm run slides: exports the notebooks as slide decks.
import { runCommand } from "./setup/runCommand.mjs";

runCommand(() => import("./commands/slides.mjs"));
