/** Where functions stand: the address of their script and the line in it, kept because V8 tells only on request. */
import type { Place } from "./inspector";
import { urlOf } from "./inspector";
import type { FunctionNode } from "./wire";

/** The address of its script, and the line and column in it. */
export function placeOfScript(place: Place | undefined): FunctionNode["place"] {
  return place && [urlOf(place.scriptId), place.line, place.column];
}
