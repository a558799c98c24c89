// The Chromium or Chrome of this machine: for the tests in a browser, and for handouts.
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { UserError } from "./userError.mjs";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const elsewhere = {
  darwin: [
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  ],
  win32: [process.env.ProgramFiles, process.env["ProgramFiles(x86)"], process.env.LOCALAPPDATA]
    .filter((folder) => folder !== undefined)
    .map((folder) => join(folder, "Google", "Chrome", "Application", "chrome.exe")),
};

/** The browser's program file: CHROMIUM_PATH, else the first one found. Throws UserError when there is none. */
function findBrowser() {
  const asked = process.env.CHROMIUM_PATH;
  const onPath = (process.env.PATH ?? "").split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  const found = asked ? [asked] : [...onPath, ...(elsewhere[process.platform] ?? [])];
  const program = found.find((file) => existsSync(file));
  if (program) return program;
  throw asked
    ? new UserError(
        `CHROMIUM_PATH names ${asked}, which does not exist.`,
        "Set it to the program file of Chromium or Chrome, or unset it.",
      )
    : new UserError(
        "This needs Chromium or Chrome, and none was found.",
        "Install one (on Debian: apt-get install chromium), or set CHROMIUM_PATH to its program file.",
      );
}

/** Opens a browser with an empty profile, as Playwright always does, that asks nobody on the network for anything. */
export async function openBrowser() {
  const { chromium } = await import("playwright-core");
  const quiet = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ];
  return chromium.launch({ executablePath: findBrowser(), args: quiet, chromiumSandbox: process.getuid?.() !== 0 });
}
