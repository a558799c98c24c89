import { networkInterfaces } from "node:os";
import { parseArgs } from "node:util";
import { makeServer, makeToken, portOf } from "../class/server.mjs";
import { say } from "../setup/log.mjs";
import { requireFreePort } from "../setup/port.mjs";
import { UserError } from "../setup/userError.mjs";

const usage = "npm run class, npm run class -- --network, or npm run class -- --port 4000";

/** Shows the page of a room until Ctrl-C. `--network`: other machines of the local network reach it, too. Resolves with the exit code. */
export async function main(args) {
  const { network, port } = read(args);
  const host = network ? "0.0.0.0" : "127.0.0.1";
  if (port > 0) await requireFreePort(port, host);
  const token = makeToken();
  const outside = network ? outsideAddresses() : [];
  const hosts = outside.length > 0 ? outside : ["127.0.0.1"];
  const server = makeServer(token, hosts);
  await new Promise((resolve, reject) => server.once("error", reject).listen({ port, host }, () => resolve(undefined)));
  const at = (name) => `http://${name}:${portOf(server)}/${token}`;
  say(`The page of the room: ${at("127.0.0.1")}/`);
  if (network && outside.length === 0)
    say("This machine has no address in a network: only its own programs reach the page.");
  say("Learners run this in a cell:\n");
  for (const name of hosts) say(`  await mp.share("${at(name)}", "our table")`);
  say(
    network
      ? "\nWhoever knows the address can send. What is sent is not encrypted: names should be names of tables."
      : "\nOnly notebooks of this machine reach it (a hub's, too). For laptops of the same network: npm run class -- --network",
  );
  say("Ctrl-C ends it. What was sent is kept nowhere.");
  const signal = await new Promise((resolve) => {
    for (const name of ["SIGINT", "SIGTERM"]) process.once(name, () => resolve(name));
  });
  server.close();
  server.closeAllConnections();
  return signal === "SIGINT" ? 0 : 143;
}

/** The addresses by which other machines may reach this one. */
function outsideAddresses() {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all.filter(({ internal, family }) => !internal && family === "IPv4").map(({ address }) => address);
}

function read(args) {
  let values;
  try {
    values = parseArgs({ args, options: { network: { type: "boolean" }, port: { type: "string" } } }).values;
  } catch (error) {
    throw new UserError(error.message, `Write: ${usage}`);
  }
  const port = Number(values.port ?? 0);
  if (Number.isInteger(port) && port >= 0 && port < 65_536) return { network: values.network ?? false, port };
  throw new UserError(`"${values.port}" is no port.`, "A port is a whole number from 1 to 65535.");
}
