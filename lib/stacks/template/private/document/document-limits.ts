import { Problem } from '../../../../validation';

/** A file of 1,000 fleets is about 1 MiB; what is far larger is no template. */
export const MAX_BYTES = 8 * 1024 * 1024;

/** Words, signs, line ends and indentations: 1,000 fleets have some 300,000. It bounds the time of the parser. */
export const MAX_LEXEMES = 1_000_000;

/** Places where the parser does not know how to go on; what follows them means nothing. */
export const MAX_SYNTAX_ERRORS = 20;

/** Levels of maps and lists; a template needs about ten. Whoever walks them calls itself as deep. */
export const MAX_DEPTH = 64;

/** Values with everything that aliases stand for; 1,000 fleets are some 50,000. It bounds the time of whoever walks them. */
export const MAX_VALUES = 1_000_000;

/** What is too long to be read. */
export function tooLongProblem(): Problem {
  const allowed = `up to ${MAX_LEXEMES} words and signs`;
  return { what: 'file', got: 'more', allowed, fix: 'split it into several files' };
}

/** What is nested too deeply to be read. */
export function tooDeepProblem(what = 'file'): Problem {
  const allowed = `up to ${MAX_DEPTH} levels of maps and lists`;
  return { what, got: 'maps and lists that are nested deeper', allowed, fix: 'take levels away' };
}
