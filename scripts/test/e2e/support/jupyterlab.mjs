// JupyterLab as a user gets it, from npm start, on a copy of the notebooks, so that the committed ones stay as they are.
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { inRoot } from "../../../setup/checkout.mjs";
import { copyNotebooks, RESULTS } from "./files.mjs";

const windows = process.platform === "win32";
const ADDRESS = /http:\/\/127\.0\.0\.1:\d+\/lab\?token=\w+/;
const SECONDS_TO_START = 120;
const SECONDS_TO_END = 30;

/**
 * Starts JupyterLab; resolves, once it listens, with its address, the folder that it shows, and `stop`. Its files go into a
 * folder of that name, where a run that was cut short may have left some.
 */
export async function startLab(name) {
  const home = join(RESULTS, `lab-${name}`);
  rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  mkdirSync(home, { recursive: true });
  const folder = copyNotebooks(home);
  const child = spawn(process.execPath, [npm(), "start", "--", ...options(folder)], {
    cwd: inRoot(),
    env: apart(home),
    detached: !windows,
  });
  let output = "";
  const ended = new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve(code ?? signal));
  });
  const listens = new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        output += text;
        if (ADDRESS.test(output)) resolve(new URL(ADDRESS.exec(output)[0]));
      });
    }
    ended.then((code) => reject(new Error(`npm start ended (${code}) before JupyterLab listened:\n${output}`)), reject);
  });
  // Whatever ends this process ends JupyterLab too; it then stops its kernels.
  const kill = () => child.exitCode === null && child.signalCode === null && killTree(child.pid);
  const leave = () => process.exit(1);
  process.once("exit", kill).once("SIGINT", leave).once("SIGTERM", leave);

  /** Ends JupyterLab as its menu does; resolves with the exit code of npm start. */
  async function stop(url) {
    try {
      if (url) await fetch(new URL("/api/shutdown", url), { method: "POST", headers: authorization(url) });
      else kill();
      return await within(SECONDS_TO_END, ended, () => `JupyterLab did not end:\n${output}`);
    } finally {
      kill();
      process.off("exit", kill).off("SIGINT", leave).off("SIGTERM", leave);
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    }
  }
  try {
    const url = await within(SECONDS_TO_START, listens, () => `JupyterLab did not start:\n${output}`);
    return { url, folder, stop: () => stop(url) };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** npm keeps a SIGTERM to itself, so the programs that it has started get it too. */
function killTree(pid) {
  if (windows) spawnSync("taskkill", ["/pid", `${pid}`, "/T", "/F"]);
  else process.kill(-pid, "SIGTERM");
}

/** The header that lets a request in. */
export const authorization = (url) => ({ Authorization: `token ${url.searchParams.get("token")}` });

function options(folder) {
  const root = process.getuid?.() === 0 ? ["--allow-root"] : [];
  return [...root, "--no-browser", "--expose-app-in-browser", `--ServerApp.root_dir=${folder}`];
}

/** The program file of the npm that started these tests. */
function npm() {
  const file = process.env.npm_execpath;
  if (!file) throw new Error("These tests are started by npm: npm run test:e2e");
  return file;
}

/** Variables that keep JupyterLab away from the settings, the workspaces, the trust store and the record of whoever runs the tests. */
function apart(home) {
  const config = join(home, "config");
  const variables = {
    PARALLEL_TYPESCRIPT_HISTORY: "none",
    ...process.env,
    JUPYTER_CONFIG_DIR: config,
    JUPYTER_DATA_DIR: join(home, "share"),
    IPYTHONDIR: join(home, "ipython"),
  };
  for (const name of [
    "JUPYTER_TOKEN",
    "JUPYTER_PORT",
    "JUPYTER_RUNTIME_DIR",
    "JUPYTERLAB_SETTINGS_DIR",
    "JUPYTERLAB_WORKSPACES_DIR",
  ])
    delete variables[name];
  return variables;
}

async function within(seconds, promise, complaint) {
  let timer;
  const late = new Promise(
    (resolve, reject) => (timer = setTimeout(() => reject(new Error(complaint())), seconds * 1000)),
  );
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
