/** Writing to this program's own output, which nobody may read any more, as in `node program.js | head -1`. */
const watched = new WeakSet<object>();

export function writeTo(stream: "stdout" | "stderr", text: string): void {
  const output = process[stream];
  if (!watched.has(output)) {
    watched.add(output);
    output.on("error", leaveOut);
  }
  output.write(text);
}

/** As with `console.log`, what nobody reads is left out, and does not end the program. */
function leaveOut(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE" && error.code !== "ERR_STREAM_DESTROYED") throw error;
}
