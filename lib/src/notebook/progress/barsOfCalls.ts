/** Calls that were asked to show a bar show one as `progress` does. What draws it is loaded only then. */
import { openBarsWith } from "../../pool/calls/callBar";

openBarsWith((label, total) =>
  (require("./progress") as typeof import("./progress")).startBar({ label, unit: "items", total }),
);
