exports.unit = "km";
exports.double = function (x) { return x * 2; };
class Shape { #sides = 3; sides() { return this.#sides; } }
exports.Shape = Shape;
