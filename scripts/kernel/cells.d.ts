// What every cell has beside Node's own.

/** Asks whoever is in front of the notebook for a line of text, and waits for it. With `otherwise`, that is the answer when nothing is typed. */
declare function prompt(message?: string, otherwise?: string): string;
/** Asks whoever is in front of the notebook a question that is answered by y or n, and waits for it. */
declare function confirm(message?: string): boolean;
