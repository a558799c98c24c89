// What was run in this kernel, for front ends that ask.

export class History {
  #cells = [];

  add(count, code) {
    this.#cells.push([0, count, code]);
  }

  /** The answer to a history_request: the last ones, a range of them, or those that match a pattern with * and ?. */
  answer({ hist_access_type: how, output, n, start = 0, stop, pattern = "*", unique }) {
    let found = this.#cells;
    if (how === "range") found = found.filter(([, count]) => count >= start && (stop == null || count < stop));
    if (how === "search") {
      const escaped = pattern
        .replace(/[.+^${}()|[\]\\]/g, "\\$&")
        .replace(/\*/g, "[^]*")
        .replace(/\?/g, "[^]");
      found = found.filter(([, , code]) => new RegExp(`^${escaped}$`).test(code));
      if (unique) found = found.filter(([, , code], i) => found.findLastIndex((other) => other[2] === code) === i);
    }
    if (how !== "range" && n != null) found = n > 0 ? found.slice(-n) : [];
    return {
      status: "ok",
      history: output ? found.map(([session, count, code]) => [session, count, [code, null]]) : found,
    };
  }
}
