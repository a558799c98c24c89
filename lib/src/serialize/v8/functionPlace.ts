/** Where functions stand: the address of their script and the line in it, kept because V8 tells only on request. */
import type { Place } from "./inspector";
import { urlOf } from "./scripts";
import { receivedPlaceOf } from "./sourceText";
import type { FunctionNode } from "../message/message";

/** The address of its script, and the line and column in it. */
export function placeOfScript(place: Place | undefined): FunctionNode["place"] {
  return place && [urlOf(place.scriptId), place.line, place.column];
}

/** Where its author wrote it; `place` is where V8 says that it stands. */
export function writtenPlaceOf(fn: Function, place: Place | undefined): FunctionNode["place"] {
  return receivedPlaceOf(fn) ?? placeOfScript(place);
}
