/** Prints the result of a command as JSON, indented by two, for other programs. */
export function printJson(value: object): void {
  process.stdout.write(`${JSON.stringify(value, undefined, 2)}\n`);
}
