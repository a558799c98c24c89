export const unit = "km";
export let changing = 0;
export const change = () => { changing++; };
change();
export function double(x) { return x * 2; }
export default class Shape { #sides = 3; sides() { return this.#sides; } }
export const later = async (x) => x + changing;
