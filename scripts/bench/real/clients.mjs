// Many clients of a web server, each with a connection that it keeps: how many requests are answered in a while.
import { Agent, get } from "node:http";

const [address, connections, milliseconds] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, maxSockets: Number(connections) });
let requests = 0;
let wrong = 0;

const ask = (x) =>
  new Promise((resolve, reject) => {
    get(`${address}/${x}`, { agent }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part) => (text += part));
      response.on("end", () => resolve(text));
    }).on("error", reject);
  });

async function client(number, until) {
  for (let x = number; performance.now() < until; x++) {
    const text = await ask(x);
    requests++;
    if (text !== String(2 * x)) wrong++;
  }
}

// The first moments are not counted.
const all = (until) => Promise.all(Array.from({ length: Number(connections) }, (_, number) => client(number, until)));
await all(performance.now() + Number(milliseconds) / 4);
requests = 0;
await all(performance.now() + Number(milliseconds));
process.send?.({ requests, wrong });
process.disconnect();
agent.destroy();
