// Docker's build steps without Docker: run in a root folder that debootstrap has filled with Debian's bare minimum.
import { execFileSync, spawn } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { inRoot } from "../../../setup/checkout.mjs";
import { cannotSeparate, finish, LOOPBACK } from "./apart.mjs";
import { copyCheckout, networkVariables } from "./checkoutCopy.mjs";
import { ignoredBy, words } from "./dockerfile.mjs";

const has = (program) => execFileSync("sh", ["-c", `command -v ${program} || true`], { encoding: "utf8" }) !== "";
export const cannotBuild = cannotSeparate || (!has("debootstrap") && "debootstrap is not installed");

const quote = (text) => `'${text.replaceAll("'", `'\\''`)}'`;

export class EmptyRoot {
  /** The Debian of `node:26-bookworm-slim`, with what that image adds: Node, the one that runs this test, npm, and the user node. */
  constructor(folder, base) {
    this.folder = folder;
    const [, release] = /^node:\d+-(\w+)-slim$/.exec(base);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(dirname(folder), { recursive: true });
    // That image keeps the libraries that its Node is linked with.
    const options = ["--variant=minbase", "--include=libatomic1"];
    execFileSync("debootstrap", [...options, release, folder], { stdio: "ignore" });
    const prefix = dirname(dirname(realpathSync(process.execPath)));
    copyFileSync(process.execPath, this.path("usr/local/bin/node"));
    const npm = dirname(
      dirname(realpathSync(process.env.npm_execpath ?? join(prefix, "lib/node_modules/npm/bin/npm-cli.js"))),
    );
    cpSync(npm, this.path("usr/local/lib/node_modules/npm"), { recursive: true });
    symlinkSync("../lib/node_modules/npm/bin/npm-cli.js", this.path("usr/local/bin/npm"));
    this.state = {
      user: "root",
      cwd: "/",
      env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" },
    };
    execFileSync("chroot", [folder, "useradd", "--uid", "1000", "--create-home", "--shell", "/bin/bash", "node"]);
    copyFileSync("/etc/resolv.conf", this.path("etc/resolv.conf"));
    writeFileSync(this.path("etc/hosts"), "127.0.0.1 localhost\n");
    this.network = networkVariables(this.path("opt/certificates.crt"), "/opt/certificates.crt");
  }

  path(inside) {
    return join(this.folder, inside);
  }

  /** The words that start a program inside, as the user and in the folder of the steps so far. `apart`: without a network. */
  command(args, { apart = false, ...options } = {}) {
    const mounts = `mount --bind /dev ${quote(this.path("dev"))} && mount -t proc none ${quote(this.path("proc"))}`;
    const script = `${apart ? `${LOOPBACK} && ` : ""}${mounts} && exec "$@"`;
    const inside = this.inside(args, options);
    return ["unshare", apart ? "-mnpf" : "-mpf", "--kill-child", "sh", "-c", script, "sh", ...inside];
  }

  inside(args, { user = this.state.user, cwd = this.state.cwd, more = {} } = {}) {
    const [, , uid, gid, , home] = this.passwd(user);
    const env = { HOME: home, ...this.state.env, ...this.network, ...more };
    const variables = Object.entries(env).map(([key, value]) => `${key}=${value}`);
    const there = ["sh", "-c", `cd ${quote(cwd)} && exec "$@"`, "sh", ...args];
    return ["chroot", `--userspec=${uid}:${gid}`, this.folder, "env", "-i", ...variables, ...there];
  }

  passwd(user) {
    const lines = readFileSync(this.path("etc/passwd"), "utf8")
      .split("\n")
      .map((line) => line.split(":"));
    return lines.find(([name, , uid]) => name === user || uid === user);
  }

  /** Runs a program inside to its end. */
  run(args, options) {
    return finish(this.command(args, options));
  }

  start(args, options) {
    const [program, ...rest] = this.command(args, options);
    return spawn(program, rest, { stdio: ["ignore", "pipe", "pipe"] });
  }

  /** Runs a program beside one that was started, as `docker exec` does. */
  beside(child, args) {
    return finish(["nsenter", `--target=${firstInside(child)}`, "--net", "--pid", "--mount", ...this.inside(args)]);
  }

  /** Starts a program apart from the network, and runs `use` with its output so far and a way to run programs beside it; then it is killed. */
  async during(args, options, use) {
    const child = this.start(args, { ...options, apart: true });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (output += text));
    const ended = new Promise((resolve) => child.once("close", resolve));
    try {
      await use({ output: () => output, beside: (command) => this.beside(child, command), ended });
    } finally {
      // With the first process of a namespace, all others in it end. unshare's own --kill-child is forgotten when that one changes its user.
      const first = firstInside(child);
      if (first) process.kill(first, "SIGKILL");
      await ended;
    }
  }

  /** Does one instruction; throws, with its output, when it fails. */
  async step({ word, rest }) {
    if (word === "USER") this.state.user = rest;
    else if (word === "ENV") {
      const [key, ...value] = rest.split("=");
      this.state.env[key] = value.join("=");
    } else if (word === "WORKDIR") {
      this.state.cwd = rest;
      mkdirSync(this.path(rest), { recursive: true });
    } else if (word === "COPY") this.copy(rest);
    else if (word === "RUN") {
      const { code, output } = await this.run(["sh", "-c", rest]);
      if (code !== 0) throw new Error(`RUN ${rest}\nended with ${code}:\n${output}`);
      return output;
    } else this.state[word] = rest;
  }

  /** `COPY --chown=node:node . .`: what a clone of this folder, as it is now, would have, but for what .dockerignore names. */
  copy(rest) {
    const [, owner] = /^--chown=(\w+:\w+) \. \.$/.exec(rest);
    this.copyCheckout(this.state.cwd, owner);
  }

  copyCheckout(target, owner, isIgnored = ignoredBy(inRoot(".dockerignore"))) {
    const [, , uid, gid] = this.passwd(owner.split(":")[0]);
    copyCheckout(this.path(target), { uid, gid }, isIgnored);
  }

  /** ENTRYPOINT and CMD. */
  get main() {
    return [...words(this.state.ENTRYPOINT), ...words(this.state.CMD)];
  }

  remove() {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The number of unshare's only child, the first process of the namespaces; undefined when it has ended. */
function firstInside({ pid, exitCode, signalCode }) {
  if (exitCode !== null || signalCode !== null) return undefined;
  return Number.parseInt(readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8"), 10) || undefined;
}
