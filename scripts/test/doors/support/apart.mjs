// Programs apart from this machine: without its network, or in a root folder of their own. Linux only, and for root only, who may make namespaces.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { dirname } from "node:path";

/** Why namespaces cannot be had here; false where they can. */
export const cannotSeparate =
  process.platform !== "linux"
    ? "namespaces are Linux's"
    : process.getuid() !== 0
      ? "only root may make namespaces and users"
      : spawnSync("unshare", ["-mnpf", "true"]).status !== 0 && "this machine lets nobody make namespaces";

/** In a network of its own, nothing but 127.0.0.1 can be reached, and that only once it is switched on. */
export const LOOPBACK = `python3 -c "
import fcntl, socket, struct
with socket.socket() as s:
    flags = struct.pack('16sh14s', b'lo', 0x1 | 0x40, b'')
    fcntl.ioctl(s, 0x8914, flags)"`;

/** The words that start a program without a network; all that it leaves behind ends with it. */
export const withoutNetwork = (command) => [
  "unshare",
  "-mnpf",
  "--mount-proc",
  "--kill-child",
  "sh",
  "-c",
  `${LOOPBACK} && exec "$@"`,
  "sh",
  ...command,
];

/** Where another user finds Node, npm and Python: none of this user's own folders. */
export const PATH = [dirname(process.execPath), "/usr/local/bin", "/usr/bin", "/bin"].join(":");

/** Gives a folder and all in it to a user. */
export const owned = (folder, { uid, gid }) => execFileSync("chown", ["-R", `${uid}:${gid}`, folder]);

/** Makes a user with a home folder; `remove` takes both away. */
export function makeUser(name) {
  execFileSync("useradd", ["--create-home", "--shell", "/bin/bash", name]);
  const [uid, gid] = ["-u", "-g"].map((which) => Number(execFileSync("id", [which, name], { encoding: "utf8" })));
  const home = execFileSync("getent", ["passwd", name], { encoding: "utf8" }).split(":")[5];
  const remove = () => spawnSync("userdel", ["--remove", "--force", name]);
  return { name, uid, gid, home, remove };
}

/** The words that start a program as that user, with nothing of this user's variables. */
export const asUser = ({ name, home }, env, command) => [
  "setpriv",
  `--reuid=${name}`,
  `--regid=${name}`,
  "--init-groups",
  "env",
  "-i",
  `HOME=${home}`,
  `USER=${name}`,
  "LANG=C.UTF-8",
  ...Object.entries(env).map(([key, value]) => `${key}=${value}`),
  ...command,
];

/** Runs a program to its end; resolves with its exit code and all that it printed. */
export function finish([program, ...args], options = {}) {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (output += text));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, output }));
  });
}
