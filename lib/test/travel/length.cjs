// What plain piscina runs in lib/test/travel.speed.test.ts.
module.exports = (list) => list.length;
