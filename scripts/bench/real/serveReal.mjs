// The ways of work with real packages, which this project's pool and piscina go alike.
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import fastify from "fastify";
import sharp from "sharp";
import { serve, timed } from "../contestants/serve.mjs";

const PIECES = 8;
const pieces = (items) => {
  const length = Math.ceil(items.length / PIECES);
  return Array.from({ length: PIECES }, (_, at) => items.slice(at * length, (at + 1) * length));
};

/** Pictures with something in them: a colour that changes from side to side. */
async function jpegs(count) {
  const [width, height] = [2000, 1500];
  const pixels = Buffer.alloc(width * height * 3);
  for (let at = 0; at < pixels.length; at++) pixels[at] = (at * 31 + (at >> 11)) & 255;
  const jpeg = await sharp(pixels, { raw: { width, height, channels: 3 } })
    .jpeg()
    .toBuffer();
  // Each has a memory of its own.
  return Array.from({ length: count }, () => Buffer.from(jpeg));
}

/**
 * @param map resolves with what the function of that name in work.mjs makes of each item, all at the same time
 * @param answerTo the answer of the web server to a number: by a function that is made for it ("new") or one that is there ("hoisted")
 */
export function serveReal({ map, answerTo, close }) {
  const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);
  return serve(
    {
      async jpegs({ count, repeats }) {
        const pictures = await jpegs(count);
        const { seconds, result } = await timed(repeats, () => map("resize", pictures));
        return { seconds, answer: sum(result) };
      },
      async valid({ size, repeats }) {
        const records = Array.from({ length: size }, (_, id) => ({ id, name: `n${id}`, tags: ["a"], at: { x: id } }));
        const parts = pieces(records);
        const { seconds, result } = await timed(repeats, () => map("valid", parts));
        return { seconds, answer: sum(result) };
      },
      async csv({ size, repeats }) {
        const lines = Array.from({ length: size }, (_, id) => `${id},name ${id},${id / 4}\n`);
        const texts = pieces(lines).map((part) => part.join(""));
        const { seconds, result } = await timed(repeats, () => map("rows", texts));
        return { seconds, answer: [result.flat().length, result.flat().at(-1).price] };
      },
      async server({ how, connections, milliseconds }) {
        const app = fastify();
        app.get("/:x", ({ url }) => answerTo[how](Number(url.slice(1))));
        const address = await app.listen({ host: "127.0.0.1", port: 0 });
        const clients = fork(fileURLToPath(new URL("clients.mjs", import.meta.url)), [
          address,
          String(connections),
          String(milliseconds),
        ]);
        const [{ requests, wrong }] = await once(clients, "message");
        await app.close();
        if (wrong > 0) throw new Error(`${wrong} of ${requests} answers of the server were wrong.`);
        return { seconds: milliseconds / 1000 / requests, answer: "right" };
      },
    },
    close,
  );
}
