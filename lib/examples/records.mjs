import * as mp from "parallel-typescript";

/** Instances arrive as instances of their class, in the workers and back. */
class Order {
  constructor(customer, prices, placed) {
    Object.assign(this, { customer, prices, placed });
  }
  get total() {
    return this.prices.reduce((sum, price) => sum + price, 0);
  }
}

const random = mp.seededRandom(1);
const lines = mp.range(20_000).map((index) =>
  JSON.stringify({
    customer: `c${index % 7}`,
    prices: [random.randint(1, 99), random.randint(1, 99)],
    placed: "2026-05-01",
  }),
);

function parse(line) {
  const { customer, prices, placed } = JSON.parse(line);
  return new Order(customer, prices, new Date(placed));
}

const orders = await mp.withPool(2, (pool) => pool.map(parse, lines));
console.log(orders[0] instanceof Order, orders[0].placed instanceof Date);
console.log(
  orders.length,
  orders.reduce((sum, { total }) => sum + total, 0),
);

// Prints:
//   true true
//   20000 2000987
