// npm run reset: puts notebooks back as the lesson has them, and keeps a copy.
import { runCommand } from "./setup/runCommand.mjs";

runCommand(() => import("./commands/reset.mjs"));
