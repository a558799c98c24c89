export const unit = "km";
export let changing = 0;
export const change = () => { changing++; };
change();
export function double(x) { return x * 2; }
export default class Shape { #sides = 3; sides() { return this.#sides; } }
export const later = async (x) => x + changing;
export const isShape = (it) => it instanceof Circle && it.sides() === 3;
export class Circle extends Shape { }
class Hidden { x = 1; }
export const hidden = () => new Hidden();
class Square extends Shape { }
const isSquare = (it) => it instanceof Square;
export { Square as Quad, isSquare as isQuad };
