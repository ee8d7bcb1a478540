/** A line of what a command shows: a name, and what is said of it. */
export function row(name: string, text: string): string {
  return `  ${name.padEnd(18)}${text}`;
}
