let calls = 0;
const table = new Float64Array(4e6);
module.exports = function main() { return ++calls + table[0]; };
module.exports.count = () => ++calls;
module.exports.api = { count: () => ++calls };
module.exports.Box = class Box { static made = 0; constructor() { Box.made++; } };
module.exports.isBox = (it) => it instanceof module.exports.Box;
