// What people send, by its kind.
export class Point {
  constructor(x) {
    this.x = x;
  }
}

const RECORDS = 10_000;
const records = (size) =>
  Array.from({ length: size }, (_, id) => ({ id, name: `n${id}`, tags: ["a", "b"], at: { x: id } }));

const KINDS = {
  buffer: (size) => Buffer.alloc(size, 7),
  shared: (size) => new Uint8Array(new SharedArrayBuffer(size)),
  records: (size = RECORDS) => records(size),
  map: (size = RECORDS) => new Map(records(size).map(({ id, name }) => [id, name])),
  instances: (size) => Array.from({ length: size }, (_, x) => new Point(x)),
};

export const valueOf = ({ kind, size }) => KINDS[kind](size);
export const sizeOf = (value) => value.length ?? value.size;
