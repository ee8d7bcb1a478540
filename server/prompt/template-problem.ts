/** Errors that the reader of templates makes on purpose; of others, the words are about its own insides. */
const MEANT = ['Error', 'SyntaxError'];

/** What is wrong with a chat template, by what its reader throws. */
export function templateProblem(error: unknown): string {
  const { name, message } = error as Error;
  return MEANT.includes(name) ? message : 'it is not whole, or not written in Jinja as its reader knows it';
}
