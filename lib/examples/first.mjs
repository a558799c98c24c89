import * as mp from "parallel-typescript";

const exponent = 3;
const cube = (x) => x ** exponent;

// The function runs in the workers as it is written, with what it refers to.
console.log(await mp.withPool(2, (pool) => pool.map(cube, mp.range(5))));

// Prints:
//   [ 0, 1, 8, 27, 64 ]
