// What the real packages are asked to do; peers want such functions in a file of their own.
import { parse } from "csv-parse/sync";
import sharp from "sharp";
import { z } from "zod";

export const resize = async (jpeg) => (await sharp(jpeg).resize(320).jpeg().toBuffer()).length;

const Person = z.object({
  id: z.number().int(),
  name: z.string().min(2),
  tags: z.array(z.string()),
  at: z.object({ x: z.number() }),
});
export const valid = (records) => records.filter((record) => Person.safeParse(record).success).length;

export const rows = (text) => parse(text, { cast: true, columns: ["id", "name", "price"] });

export const tiny = (x) => x * 2;
