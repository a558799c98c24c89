// JupyterLab looks for a free port by itself; only one that the user insists on can be taken.
import { createServer } from "node:net";
import { UserError } from "./userError.mjs";

/** The last value of an option such as --port, written `--port 9000` or `--port=9000`. */
export function optionValue(args, ...names) {
  let value;
  args.forEach((arg, i) => {
    for (const name of names) {
      if (arg === name) value = args[i + 1];
      else if (arg.startsWith(`${name}=`)) value = arg.slice(name.length + 1);
    }
  });
  return value;
}

/** The port that JupyterLab's arguments insist on, or undefined. */
export function askedPort(args) {
  const port = Number(optionValue(args, "--port", "--ServerApp.port") ?? process.env.JUPYTER_PORT);
  return Number.isInteger(port) && port > 0 && port < 65536 ? port : undefined;
}

/** Throws UserError when another program listens there. */
export async function requireFreePort(port, host) {
  const error = await new Promise((resolve) => {
    const server = createServer();
    server.once("error", resolve);
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
  if (!error) return;
  const reason = error.code === "EADDRINUSE" ? "is taken by another program" : `cannot be used (${error.code})`;
  throw new UserError(
    `Port ${port} ${reason}.`,
    "Name another one (npm start -- --port 8890), or none: JupyterLab then finds a free one.",
  );
}
