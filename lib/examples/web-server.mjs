import { once } from "node:events";
import { createServer } from "node:http";
import * as mp from "parallel-typescript";

/** A picture of the Mandelbrot set in the format PGM: a byte a point says after how many steps it escapes. */
function fractal(size, depth) {
  const picture = Buffer.alloc(size * size);
  for (let at = 0; at < picture.length; at++) {
    const [a, b] = [((at % size) / size) * 3 - 2, (Math.floor(at / size) / size) * 3 - 1.5];
    let [x, y, steps] = [0, 0, 0];
    for (; steps < depth && x * x + y * y < 4; steps++) [x, y] = [x * x - y * y + a, 2 * x * y + b];
    picture[at] = steps % 256;
  }
  return Buffer.concat([Buffer.from(`P5 ${size} ${size} 255\n`), picture]);
}

// One pool for the whole program: its workers start once.
const pool = new mp.Pool(2);
const server = createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url, "http://localhost");
  if (pathname === "/stats") return response.end(JSON.stringify(pool.stats()));
  const [size, depth] = [Number(searchParams.get("size") ?? 64), Number(searchParams.get("depth") ?? 100)];
  // A client that goes away frees its worker.
  const gone = new AbortController();
  response.on("close", () => gone.abort());
  try {
    response.end(await pool.apply(fractal, [size, depth], { signal: gone.signal, timeout: 1000 }));
  } catch (error) {
    if (!gone.signal.aborted)
      response.writeHead(error instanceof mp.TimeoutError ? 503 : 500).end(`${error.message}\n`);
  }
});
server.listen(0, "localhost");
await once(server, "listening");

// Two clients: one asks for what can be done in time, one for too much.
const address = `http://localhost:${server.address().port}`;
const [small, large] = await Promise.all([fetch(address), fetch(`${address}?size=2000&depth=1e9`)]);
console.log(small.status, (await small.arrayBuffer()).byteLength, "bytes;", large.status);
const { completed, failed, queued } = await (await fetch(`${address}/stats`)).json();
console.log({ completed, failed, queued });

server.close();
await pool.terminate();

// Prints:
//   200 4109 bytes; 503
//   { completed: 1, failed: 1, queued: 0 }
