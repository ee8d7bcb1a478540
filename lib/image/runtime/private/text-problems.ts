import { Problem } from '../../../validation';

/** What cannot be written into one line of a unit file, inside of a component document. */
export function textProblems(what: string, value: string): Problem[] {
  const problems: Problem[] = [];
  if (/[\0\r\n]/.test(value)) {
    const fix = 'put text of several lines into a file of the image';
    problems.push({ what, got: JSON.stringify(value), allowed: 'one line', fix });
  }
  if (value.includes('{{')) {
    // AWSTOE reads {{ }} as a reference to another step's output, and knows no way to write it literally.
    const fix = 'put the text into a file of the image';
    problems.push({ what, got: JSON.stringify(value), allowed: 'text without {{', fix });
  }
  return problems;
}

export function argumentProblems(what: string, command: readonly string[]): Problem[] {
  return command.flatMap((argument, index) => textProblems(`${what}[${index}]`, argument));
}

export function environmentProblems(environment: Record<string, string>): Problem[] {
  const problems: Problem[] = [];
  for (const [name, value] of Object.entries(environment)) {
    if (!/^[A-Za-z_]\w*$/.test(name)) {
      const allowed = 'letters, digits and _, not beginning with a digit';
      problems.push({ what: `environment ${name}`, got: JSON.stringify(name), allowed, fix: 'rename the variable' });
    }
    problems.push(...textProblems(`environment ${name}`, value));
  }
  return problems;
}
