// npm run test:verdicts: how often compare calls equal work different, and how often it finds a true difference.
import { runCommand } from "../setup/runCommand.mjs";

runCommand(() => import("../commands/verdicts.mjs"));
