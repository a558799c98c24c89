// How it would go on with more workers than were there: arithmetic on what was measured, and said to be no more.
import { createRequire } from "node:module";
import { median } from "./median.mjs";

const { serialShareOf, speedupWith } = createRequire(import.meta.url)("../../lib/dist/internal.js");

/** Sentences on the rows whose ratio tells what workers share: those with `sharedBy` workers. */
export function projectionOf(found) {
  const lines = found
    .filter(({ sharedBy, ratios }) => sharedBy !== undefined && ratios !== undefined)
    .map((row) => {
      const speedup = median(row.ratios) * (row.isEfficiency ? row.sharedBy : 1);
      if (speedup <= 1) return `- ${row.what}: no speed-up was measured, so there is nothing to project.`;
      const share = serialShareOf([{ workers: row.sharedBy, speedup }]);
      const more = [4, 8, 16].map((workers) => `${speedupWith(share, workers).toFixed(1)} with ${workers}`).join(", ");
      return `- ${row.what}: ${speedup.toFixed(2)} times as fast as one, so ${Math.round(100 * share)} % is not shared; by Amdahl's law ${more} workers.`;
    });
  const read = found
    .filter(({ bytesRead }) => bytesRead !== undefined)
    .map(({ bytesRead, ourSeconds }) => bytesRead / median(ourSeconds) / 1e9);
  if (read.length > 0) {
    lines.push(
      `- Reading ends where the memory does: ${Math.max(...read).toFixed(1)} GB/s were reached here, and twice the workers need twice that.`,
    );
  }
  return lines.length === 0 ? [] : ["Projection beyond the cores that were there, not measured:", "", ...lines];
}
