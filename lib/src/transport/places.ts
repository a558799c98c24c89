/** Where functions stand: the address of their script and the line in it, kept because V8 tells only on request. */
import type { Place } from "./inspector";
import { scriptOf } from "./inspector";
import type { FunctionNode } from "./wire";

const urls = new Map<string, string>();

/** The address and text of a script; asked of V8 once a script. */
export function placeOfScript(place: Place | undefined): FunctionNode["place"] {
  if (place === undefined) return undefined;
  let url = urls.get(place.scriptId);
  if (url === undefined) {
    url = scriptOf(place.scriptId).url;
    urls.set(place.scriptId, url);
  }
  return [url, place.line, place.column];
}
