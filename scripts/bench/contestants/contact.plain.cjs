// What piscina and tinypool load in their workers.
exports.cube = (x) => x ** 3;
exports.cubes = (items) => items.map(exports.cube);
exports.next = (x) => x + 1;
