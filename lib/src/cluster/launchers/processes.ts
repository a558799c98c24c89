/**
 * Machines that are child processes of this program, or that a child process such as ssh leads to: the pool and the machine talk by the child's standard input and output, which
 * nobody else can reach. The key and all that a machine must know go that way, too, and never by arguments or the environment.
 */
import type { ChildProcess } from "node:child_process";
import type { Socket } from "node:net";
import { optionsOfChildren } from "../../base/debuggerFlags";
import { childProcess, nodeCrypto } from "../../base/loadLate";
import { settledWithin } from "../../base/timeout";
import { exitCodeOf } from "../../process/startAndEnd";
import { StreamChannel } from "../link/channel";
import type { Launch, LaunchEvents } from "./launcher";

/** How long a machine that was told to end may take, in milliseconds. */
const END_WITHIN = 1000;
/** How much is kept of what a machine that does not come has said. */
const MOST_SAID = 2000;

interface Command {
  readonly program: string;
  readonly args: readonly string[];
  /** So many of the first arguments are nobody's business: this program's own options of Node. */
  readonly hidden?: number;
}

interface Child {
  readonly process: ChildProcess;
  readonly exitCode: Promise<number | null>;
  said: string;
}

export class Processes implements Launch {
  readonly key = nodeCrypto().randomBytes(32);
  private readonly children = new Map<string, Child>();
  private readonly asked = new Set<string>();

  constructor(
    private readonly commandOf: (name: string) => Command,
    private readonly workers: number,
    private readonly events: LaunchEvents,
  ) {}

  start(names: readonly string[]): void {
    for (const name of names) this.startOne(name);
  }

  exitCodeOf(name: string): Promise<number | null> {
    return this.children.get(name)?.exitCode ?? Promise.resolve(null);
  }

  async report(): Promise<string> {
    const said = [...this.children].map(([name, child]) => `${name}: ${child.said.trim() || "nothing"}`);
    return Promise.resolve(`Asked: ${[...this.asked].join("; ")}. Answered: ${said.join("; ") || "nothing"}.`);
  }

  async end(): Promise<void> {
    const children = [...this.children.values()];
    const ended = Promise.all(children.map(({ exitCode }) => exitCode));
    await settledWithin(END_WITHIN, ended);
    for (const { process: child } of children) child.kill("SIGKILL");
    await settledWithin(END_WITHIN, ended);
  }

  private startOne(name: string): void {
    const { program, args, hidden = 0 } = this.commandOf(name);
    this.asked.add([program, ...args.slice(hidden)].join(" "));
    const child = childProcess().spawn(program, args, {
      stdio: ["pipe", "pipe", "pipe"],
      windowsHide: true,
      env: optionsOfChildren().env,
    });
    const { stdin, stdout, stderr } = child;
    // They alone must not keep the program alive.
    child.unref();
    for (const stream of [stdin, stdout, stderr] as unknown as Socket[]) stream.unref();
    const started: Child = {
      process: child,
      said: "",
      exitCode: exitCodeOf(child).catch((error: unknown) => {
        started.said += (error as Error).message;
        return null;
      }),
    };
    this.children.set(name, started);
    stderr.on("data", (text: Buffer) => {
      started.said = (started.said + text.toString()).slice(-MOST_SAID);
      this.events.said(name, text);
    });
    void started.exitCode.then(() => {
      this.events.ended(name);
    });
    // A program that does not start closes its input.
    stdin.on("error", () => undefined);
    const { workers } = this;
    stdin.write(`${JSON.stringify({ key: this.key.toString("base64"), name, workers })}\n`);
    this.events.connected(new StreamChannel(stdout, stdin, true));
  }
}
