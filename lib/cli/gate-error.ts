/** A gate of a command says no. The message says which, what was got, and what is allowed. The command ends with 1. */
export class GateError extends Error {}
