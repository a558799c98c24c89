export class Failure extends Error { constructor(message, calls) { super(message); this.calls = calls; } }
