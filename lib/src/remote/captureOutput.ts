/** What a worker prints goes through a port of ours: Node would keep the output of a busy worker until it is idle. */
import { StringDecoder } from "node:string_decoder";

export function captureOutput(stream: "stdout" | "stderr", tell: (text: string) => void): void {
  const decoder = new StringDecoder("utf8");
  process[stream].write = ((chunk: string | Uint8Array, encoding?: unknown, done?: unknown): boolean => {
    const plain = typeof chunk === "string" && (typeof encoding !== "string" || /^utf-?8$/i.test(encoding));
    tell(
      plain
        ? chunk
        : decoder.write(
            typeof chunk === "string"
              ? Buffer.from(chunk, encoding as BufferEncoding)
              : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength),
          ),
    );
    const callback = typeof encoding === "function" ? encoding : done;
    if (typeof callback === "function") queueMicrotask(() => (callback as () => void)());
    return true;
  }) as typeof process.stdout.write;
}
