import { sqrt } from "./roots.js";

let calls = 0;
export class Circle {
  constructor(radius) { this.radius = radius; }
  get width() { return 2 * this.radius; }
}
export class Sealed {
  #inside;
  constructor(inside) { this.#inside = inside; }
  get inside() { return this.#inside; }
}
export class Refused extends Error {
  constructor(message, code) {
    super(message);
    this.code = code;
  }
}
export const count = () => ++calls;
export function area({ radius }) {
  return Math.PI * sqrt(radius ** 4);
}
export const refuse = () => { throw new Refused("no", 7); };
