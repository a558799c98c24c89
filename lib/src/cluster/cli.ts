#!/usr/bin/env node
/** What the command `parallel-typescript` begins with. */
import { requireBundled } from "../requireBundled";

(requireBundled("./cluster/commands") as typeof import("./commands")).main(process.argv.slice(2));
