/** Machines that are reached by ssh, with the keys that ssh has. What pool and machine say goes through ssh itself: no server, no port. */
import { basename } from "node:path";
import { ENTRIES } from "../../base/ownFiles";
import { describe } from "../../base/errors";
import { isIterable } from "../../base/items";
import { readOptions } from "../../base/options";
import { nonEmptyString, positiveInteger } from "../options";
import type { Launcher } from "./kinds";
import type { Starter } from "./launcher";
import { Processes } from "./processes";

/** What `ssh` may be told. */
export interface SshOptions {
  /** Worker threads of each machine: 1 when left out. */
  threads?: number | undefined;
  /** The program `node` there; the path of the one that runs here when left out. */
  node?: string | undefined;
  /** The folder there that has `node_modules/parallel-typescript`; when left out, this library's own path, which must be the same there. */
  folder?: string | undefined;
  /** Options of ssh, such as ["-p", "2222"]. */
  options?: readonly string[] | undefined;
}

/** ssh ends itself when nothing has come for a minute, and never asks a question that nobody sees. */
const OPTIONS = ["-T", "-o", "BatchMode=yes", "-o", "ServerAliveInterval=15", "-o", "ServerAliveCountMax=4"];

/**
 * Machines that are reached by ssh, which must let you in without a question: try `ssh HOST true` first.
 *
 * @param hosts what ssh is to be told, such as "lab-7" or "ada@lab-7"; one that stands there twice gets two machines
 * @param options threads, node, folder, options: see SshOptions
 * @throws TypeError for hosts that are no list of texts, RangeError for less than one thread
 * @example
 * const pool = new mp.ClusterPool(mp.ssh(["lab-7", "lab-8"], { threads: 4 }));
 */
export function ssh(hosts: readonly string[], options?: SshOptions): Launcher {
  const given: unknown = hosts;
  if (!isIterable(given) || typeof given === "string")
    throw new TypeError(`ssh: expected a list of hosts, such as ["lab-7"]; got ${describe(given)}.`);
  const list = [...given].map((host) => nonEmptyString("ssh: a host", host));
  positiveInteger("ssh: the number of hosts", list.length);
  const option = list.find((host) => host.startsWith("-"));
  if (option !== undefined)
    throw new TypeError(`ssh: ${option} is no host. Options of ssh go into { options: [...] }.`);
  const told = readOptions<SshOptions>("ssh", options, {
    threads: (value) => positiveInteger("ssh: threads", value),
    node: (value) => nonEmptyString("ssh: node", value),
    folder: (value) => nonEmptyString("ssh: folder", value),
    options: (value) => {
      if (isIterable(value) && typeof value !== "string")
        return [...value].map((part) => nonEmptyString("ssh: an option", part));
      throw new TypeError(`ssh: options must be a list, such as ["-p", "2222"]; got ${describe(value)}.`);
    },
  });
  const { threads = 1, node = process.execPath, folder } = told;
  const run =
    folder === undefined
      ? `cd ${quoted(process.cwd())} 2>/dev/null; exec ${quoted(node)} ${quoted(ENTRIES.machine)} --stdio`
      : `cd ${quoted(folder)} && exec ${quoted(node)} ${quoted(`node_modules/parallel-typescript/dist/cluster/${basename(ENTRIES.machine)}`)} --stdio`;
  const hostsByName = new Map<string, string>();
  const nameOf = (number: number): string => {
    const host = list[(number - 1) % list.length] as string;
    const name = list.indexOf(host) === number - 1 ? host : `${host}-${number}`;
    hostsByName.set(name, host);
    return name;
  };
  const starter: Starter = {
    kind: "ssh",
    machines: list.length,
    workers: threads,
    nameOf,
    open: (events) => {
      const commandOf = (name: string) => ({
        program: "ssh",
        args: [...OPTIONS, ...(told.options ?? []), "--", hostsByName.get(name) as string, run],
      });
      return new Processes(commandOf, threads, events);
    },
  };
  return starter;
}

/** As a shell reads it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
