/** What the user can mend: its message is one sentence that says what and one that says how, and is all that is shown. */
export class Refusal extends Error {}
