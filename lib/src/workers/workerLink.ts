/** The line to one worker of a pool, beside its tasks: what it prints, what it asks of queues, its farewell. */
import { receiveMessageOnPort } from "node:worker_threads";
import type { MessagePort } from "node:worker_threads";
import { Lines } from "./lines";
import type { FromWorker, Reply, ToWorker } from "./protocol";
import { Below } from "./queueDown";
import { printAs } from "./voices";

export class WorkerLink {
  private closed = false;
  private ended = false;
  private readonly below = new Below((answer) => this.tell(answer));
  private readonly output = { stdout: new Lines("stdout"), stderr: new Lines("stderr") };

  /** @param mark what its lines begin with in a cell; "" where it is the only one that speaks */
  constructor(private readonly port: MessagePort, private readonly mark: string, private readonly onFarewell: (task: number, reply: Reply) => void) {
    port.on("message", (message: FromWorker) => this.hear(message));
    // It alone must not keep the program alive.
    port.unref();
    port.once("close", () => {
      this.closed = true;
      this.end();
    });
  }

  tell(message: ToWorker): void {
    if (!this.closed) this.port.postMessage(message);
  }

  /** The worker is gone. */
  end(): void {
    if (this.ended) return;
    this.ended = true;
    this.catchUp();
    this.flush();
    this.below.closed();
    this.port.close();
  }

  /** Hears at once what the worker has said so far. */
  catchUp(): void {
    // Asking a closed port ends Node 20 with a segmentation fault.
    for (let entry = this.receive(); entry !== undefined; entry = this.receive()) this.hear(entry.message);
  }

  /** Shows what has no end of line, too. */
  flush(): void {
    this.output.stdout.flush();
    this.output.stderr.flush();
  }

  private receive(): { message: FromWorker } | undefined {
    return this.closed ? undefined : receiveMessageOnPort(this.port) as { message: FromWorker } | undefined;
  }

  private hear(message: FromWorker): void {
    switch (message.is) {
      // Only in a cell do lines of several come together that nobody can tell apart; a program's output is its own business.
      case "print": return this.output[message.stream].write(message.text, printAs(message.voice), message.voice === 0 ? "" : this.mark);
      case "farewell": return this.onFarewell(message.task, message.reply);
      case "queue": return this.below.hear(message);
      case "hello": return;
    }
  }
}
