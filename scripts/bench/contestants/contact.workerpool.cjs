require("workerpool").worker(require("./contact.plain.cjs"));
