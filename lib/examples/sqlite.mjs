// Node 22.13 or newer.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import * as mp from "parallel-typescript";

const folder = mkdtempSync(join(tmpdir(), "sqlite-"));
const file = join(folder, "people.sqlite");
const setUp = new DatabaseSync(file);
setUp.exec("CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT)");
for (const id of mp.range(1, 101)) setUp.prepare("INSERT INTO people VALUES (?, ?)").run(id, `person ${id}`);
setUp.close();

// A connection belongs to one thread. What the initializer assigns is each worker's own from then on.
let find;
function open(path) {
  const db = new DatabaseSync(path, { readOnly: true });
  find = db.prepare("SELECT name FROM people WHERE id = ?");
}

const pool = new mp.Pool(2, { initializer: open, initargs: [file] });
const people = await pool.map((id) => find.get(id).name, mp.range(1, 101));
console.log(people.length, people[41]);
await pool.terminate();
rmSync(folder, { recursive: true });

// Prints:
//   100 person 42
