// A real browser: the Chromium or Chrome of this machine.
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const elsewhere = {
  darwin: [
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  ],
  win32: [process.env.ProgramFiles, process.env["ProgramFiles(x86)"], process.env.LOCALAPPDATA]
    .filter(Boolean)
    .map((folder) => join(folder, "Google", "Chrome", "Application", "chrome.exe")),
};

/** The browser's program file: CHROMIUM_PATH, else the first one found. */
function findBrowser() {
  const asked = process.env.CHROMIUM_PATH;
  const onPath = (process.env.PATH ?? "").split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  const found = asked ? [asked] : [...onPath, ...(elsewhere[process.platform] ?? [])];
  const program = found.find((file) => existsSync(file));
  if (program) return program;
  throw new Error(
    asked
      ? `CHROMIUM_PATH names ${asked}, which does not exist: set it to the program file of Chromium or Chrome, or unset it.`
      : "These tests need Chromium or Chrome, and none was found: install one (on Debian: apt-get install chromium) or set CHROMIUM_PATH.",
  );
}

/** Opens a browser with an empty profile, as Playwright always does, that asks nobody on the network for anything. */
export function openBrowser() {
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
