// npm run doctor: checks each part of the installation and names the remedy for what fails.
import { enter } from "./setup/enter.mjs";

enter(() => import("./commands/doctor.mjs"));
