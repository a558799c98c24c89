// The functions that peers run; they want them in a file of their own.
export const cube = (x) => x ** 3;
export const cubes = (numbers) => numbers.map(cube);
