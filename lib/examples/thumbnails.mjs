import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as mp from "parallel-typescript";

// Twenty pictures of 800 × 600 points, in the format PPM: three bytes a point.
const folder = mkdtempSync(join(tmpdir(), "pictures-"));
for (let index = 0; index < 20; index++)
  writeFileSync(
    join(folder, `${index}.ppm`),
    Buffer.concat([Buffer.from("P6 800 600 255\n"), Buffer.alloc(800 * 600 * 3, index * 10)]),
  );
const target = join(folder, "small");
mkdirSync(target);

/** Writes a picture of an eighth of the width: each point the mean of 8 × 8. (With sharp: `await sharp(file).resize(100).toFile(...)`.) */
function shrink(name) {
  const file = readFileSync(join(folder, name));
  const start = file.indexOf("\n") + 1;
  const [, width, height] = file.toString("latin1", 0, start).split(" ").map(Number);
  const small = Buffer.alloc((width / 8) * (height / 8) * 3);
  for (let at = 0; at < small.length; at++) {
    const [x, y] = [Math.floor(at / 3) % (width / 8), Math.floor(at / 3 / (width / 8))];
    let sum = 0;
    for (let dy = 0; dy < 8; dy++)
      for (let dx = 0; dx < 8; dx++) sum += file[start + ((y * 8 + dy) * width + x * 8 + dx) * 3 + (at % 3)];
    small[at] = sum / 64;
  }
  writeFileSync(join(target, name), Buffer.concat([Buffer.from(`P6 ${width / 8} ${height / 8} 255\n`), small]));
  return small[0];
}

// Names travel, pictures do not: a worker has one picture in its memory at a time.
const names = readdirSync(folder).filter((name) => name.endsWith(".ppm"));
await mp.withPool(2, (pool) => pool.map(shrink, names, { chunkSize: 1, progress: true }));
console.log(readdirSync(target).length, "thumbnails;", readFileSync(join(target, "7.ppm")).length, "bytes each");
rmSync(folder, { recursive: true });

// Prints:
//   20 thumbnails; 22514 bytes each
