// npm run bundle: the lesson as a folder for a USB stick, which npm start sets up without a network.
import { runCommand } from "./setup/runCommand.mjs";

runCommand(() => import("./commands/bundle.mjs"));
