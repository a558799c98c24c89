// npm run doctor: checks each part of the installation and names the remedy for what fails.
import { runCommand } from "./setup/runCommand.mjs";

runCommand(() => import("./commands/doctor.mjs"));
