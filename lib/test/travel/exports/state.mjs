import { Failure } from "./failure.mjs";

let calls = 0;
/** 32 MB that no worker is sent. */
export const table = new Float64Array(4e6).fill(1);
export function count() { return ++calls + table[0] - 1; }
export const countArrow = () => ++calls;
export { count as counted };
export default function () { return ++calls * 100; }
export class Box { static made = 0; #inside; constructor(inside) { Box.made++; this.#inside = inside; } get inside() { return this.#inside; } }
export const isBox = (it) => it instanceof Box && `box ${Box.made}`;
export let live = () => "first";
export const swap = () => { live = () => "second"; };
export const api = { count() { return ++calls + 1000; } };
const maker = (by) => (x) => x * by + calls;
export const made = maker(10);
export const bound = Math.max.bind(undefined, 7);
export const [listed] = [(x) => x + ++calls];
export const fail = () => { throw new Failure("no", calls); };
const inner = () => ++calls;
export const hand = () => inner;
