export const sqrt = (x) => x ** 0.5;
