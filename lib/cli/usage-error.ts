/** The input of a command is wrong. The message says what, what was got, what is allowed, and the fix. */
export class UsageError extends Error {}
