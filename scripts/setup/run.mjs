// Child processes: their output, their failures and the signals that this process gets while they run.
import { spawn, spawnSync } from "node:child_process";
import { constants } from "node:os";
import { recognise, UserError } from "./userError.mjs";

const passedOn = process.platform === "win32" ? ["SIGINT", "SIGTERM"] : ["SIGINT", "SIGTERM", "SIGHUP"];

/**
 * Starts a program and resolves with its exit code (128 + n after signal n) and, unless it writes to our terminal
 * itself, with what it printed. A signal to this process goes on to the program, so that nothing outlives the command.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {import("node:child_process").SpawnOptions & { show?: boolean }} [options]
 */
export function run(program, args, { show = false, ...options } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...options, stdio: show ? "inherit" : ["ignore", "pipe", "pipe"] });
    let output = "";
    if (!show) {
      for (const stream of [child.stdout, child.stderr]) {
        stream?.setEncoding("utf8").on("data", (text) => (output += text));
      }
    }
    // Ctrl-C in a terminal reaches the program without our help, and twice would be once too often.
    let stopped;
    const passOn = (signal) => {
      stopped = signal;
      if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
    };
    const forget = () => passedOn.forEach((signal) => process.off(signal, passOn));
    passedOn.forEach((signal) => process.on(signal, passOn));
    child.once("error", (error) => {
      forget();
      reject(error);
    });
    child.once("close", (code, signal) => {
      forget();
      resolve({
        code: code ?? 128 + constants.signals[/** @type {NodeJS.Signals} */ (signal)],
        stopped: stopped ?? signal,
        output,
      });
    });
  });
}

/** Runs an installing or building tool to its end; throws UserError unless it succeeds. */
export async function mustRun(tool, program, args, options) {
  const { code, stopped, output } = await run(program, args, options);
  if (stopped)
    throw new UserError(`${tool} was stopped by ${stopped}.`, "Run the same command again; it finishes the rest.");
  if (code === 0) return output;
  throw (
    recognise(tool, output) ??
    new UserError(
      `${tool} failed with exit code ${code}.`,
      "Read its last lines, mend what they name and run the same command again.",
      output.trimEnd().split("\n").slice(-20).join("\n"),
    )
  );
}

/** What a short question to a program printed, or undefined when it cannot be started or fails. */
export function ask(program, args) {
  const answer = spawnSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], windowsHide: true });
  return answer.status === 0 ? answer.stdout : undefined;
}
