/** Sizes as people write them. */
import { UserError } from "../setup/userError.mjs";

const UNITS = {
  "": 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};

/**
 * A size in bytes.
 *
 * @throws UserError when the text is no size of at least one byte
 * @example
 * parseSize("10GB"); // 10000000000
 * parseSize("1GiB"); // 1073741824
 */
export function parseSize(text) {
  const [, number, unit] = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text.trim()) ?? [];
  const size = Math.round(Number(number) * UNITS[unit?.toLowerCase()]);
  if (Number.isSafeInteger(size) && size > 0) return size;
  throw new UserError(
    `"${text}" is no size.`,
    "Write a number of bytes such as 500000, or one with a unit: 500MB, 10GB, 1GiB.",
  );
}

/**
 * A size for people to read, in decimal units.
 *
 * @example
 * formatSize(10e9); // "10 GB"
 */
export function formatSize(bytes) {
  const units = { TB: 1e12, GB: 1e9, MB: 1e6, kB: 1e3 };
  const [unit, factor] = Object.entries(units).find(([, least]) => bytes >= least) ?? ["bytes", 1];
  return `${Number((bytes / factor).toFixed(1))} ${unit}`;
}
