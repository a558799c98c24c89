import { sqrt } from "./roots.js";

let calls = 0;
export class Circle {
  #inside = 1;
  constructor(radius) { this.radius = radius; }
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
