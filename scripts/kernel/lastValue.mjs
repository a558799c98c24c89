// A cell's last value as Jupyter shows it: its text, and beside that what it can show of itself.
import { format, types } from "node:util";

/** Deno's kernel asks for it, too: https://docs.deno.com/runtime/reference/cli/jupyter/ */
const DISPLAY = Symbol.for("Jupyter.display");
/**
 * Under this symbol the library finds a WeakMap, and puts what its values show of themselves into it: functions that give forms by MIME type, or
 * undefined where nothing is to be shown.
 */
const displays = (globalThis[Symbol.for("parallel-typescript.displays")] = new WeakMap());
/** Rows of a table that are shown. */
const MOST_ROWS = 50;

/** The forms of a value by their MIME type; undefined where nothing is to be shown. Runs code of the value's own. */
export async function formsOf(value) {
  if (displays.has(value)) return displays.get(value)();
  return { "text/plain": format(value), ...(await richForms(value)) };
}

async function richForms(value) {
  if ((typeof value !== "object" && typeof value !== "function") || types.isProxy(value)) return {};
  if (typeof value[DISPLAY] === "function") return await value[DISPLAY]();
  if (typeof value.toSVG === "function") return { "image/svg+xml": String(value.toSVG()) };
  if (typeof value.outerHTML === "string")
    return { [value.outerHTML.startsWith("<svg") ? "image/svg+xml" : "text/html"]: value.outerHTML };
  return isTable(value) ? { "text/html": table(value) } : {};
}

const isRecord = (row) => typeof row === "object" && row !== null && Object.getPrototypeOf(row) === Object.prototype;
const isCell = (value) =>
  value === null || (typeof value !== "object" && typeof value !== "function" && typeof value !== "symbol");

/** Several plain objects, all with the same keys, and nothing in them that has parts. */
function isTable(value) {
  if (!Array.isArray(value) || value.length < 2 || !value.every(isRecord)) return false;
  const keys = Object.keys(value[0]).join();
  return keys !== "" && value.every((row) => Object.keys(row).join() === keys && Object.values(row).every(isCell));
}

function table(rows) {
  const keys = Object.keys(rows[0]);
  const line = (tag, cells) => `<tr>${cells.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join("")}</tr>`;
  const body = rows.slice(0, MOST_ROWS).map((row) =>
    line(
      "td",
      keys.map((key) => row[key]),
    ),
  );
  const more = rows.length > MOST_ROWS ? `<p>and ${rows.length - MOST_ROWS} more rows</p>` : "";
  return `<table><thead>${line("th", keys)}</thead><tbody>${body.join("")}</tbody></table>${more}`;
}

const escaped = (cell) =>
  String(cell).replace(/[&<>]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[sign] ?? sign);
