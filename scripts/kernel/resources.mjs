// What `using` and `await using` at the top of a cell hold. A cell's names live on in later cells, so what they hold is disposed of when the name is given
// anew, when its cell is run again, or when the kernel ends.

/** How long (milliseconds) a resource may take to be disposed of; then nobody waits for it any more. */
const PATIENCE_MS = 2000;

export class Resources {
  /** @type {Map<string, { value: any, cell: unknown }>} */
  #kept = new Map();

  /** Keeps `value`, which `name` stands for, and gives it back. */
  keep(cell, name, value) {
    void this.#dispose(name);
    if (value != null) {
      if (disposerOf(value) === undefined)
        throw new TypeError(
          `\`using ${name}\` expects an object with a method [Symbol.dispose] or [Symbol.asyncDispose], such as a pool, but it has none. Write \`const ${name}\`.`,
        );
      this.#kept.set(name, { value, cell });
    }
    return value;
  }

  /** Disposes of all that this cell keeps, the newest first. Resolves when that is done; undefined when it keeps nothing. */
  endCell(cell) {
    const names = [...this.#kept.keys()].filter((name) => this.#kept.get(name)?.cell === cell);
    return cell === undefined || names.length === 0 ? undefined : this.#disposeOfAll(names);
  }

  endAll() {
    return this.#disposeOfAll([...this.#kept.keys()]);
  }

  async #disposeOfAll(names) {
    for (const name of names.reverse()) await this.#dispose(name);
  }

  async #dispose(name) {
    const kept = this.#kept.get(name);
    this.#kept.delete(name);
    if (kept === undefined) return;
    try {
      const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS).unref());
      await Promise.race([disposerOf(kept.value)?.call(kept.value), patience]);
    } catch (error) {
      console.error(`\`${name}\`, which a cell has kept with \`using\`, could not be disposed of:`, error);
    }
  }
}

const disposerOf = (value) => value[Symbol.asyncDispose] ?? value[Symbol.dispose];
