import { CST, Composer, Document, Lexer, LineCounter, Parser, YAMLParseError, YAMLWarning } from 'yaml';
import { Problem } from '../../../../validation';
import { MAX_DEPTH, MAX_LEXEMES, MAX_SYNTAX_ERRORS, tooDeepProblem, tooLongProblem } from './document-limits';
import { DocumentProblem, sortProblems } from './document-problem';
import { locateValues } from './locate-values';
import { LocatedValue, locatedScalar, Place } from './located-value';
import { syntaxProblem } from './syntax-problem';

/** What a text says, and what is wrong with it. */
export interface ParsedText {
  readonly value: LocatedValue;
  readonly problems: readonly DocumentProblem[];
}

/** Reads YAML 1.2 (and JSON, which is a part of it): one document, without directives or tags of its own. */
export function parseDocumentText(file: string, text: string): ParsedText {
  const lines = new LineCounter();
  const placeOf = (offset: number): Place => {
    // An empty text has no lines.
    const { line, col } = lines.linePos(Math.min(offset, text.length));
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const { tokens, refused } = tokensOf(text, lines);
  if (refused) {
    return {
      value: locatedScalar(placeOf(0), null),
      problems: [{ ...refused.problem, place: placeOf(refused.offset) }],
    };
  }
  const documents = composed(tokens, lines, text.length);
  const found = documents.flatMap(({ errors, warnings }) => [...errors, ...warnings]);
  const problems = firstOfEachLine(
    found.map((error: YAMLParseError | YAMLWarning) => ({ ...syntaxProblem(error), place: placeOf(error.pos[0]) })),
  );
  if (documents.length > 1) {
    problems.push({ ...SECOND_DOCUMENT, place: placeOf(documents[1].range[0]) });
  }
  const located = locateValues(documents[0]?.contents ?? null, placeOf);
  return { value: located.value, problems: [...problems, ...located.problems] };
}

/** The others of a line follow from the first. */
function firstOfEachLine(problems: readonly DocumentProblem[]): DocumentProblem[] {
  const lines = new Set<number>();
  return sortProblems(problems).filter(({ place: { line } }) => !lines.has(line) && lines.add(line));
}

const SECOND_DOCUMENT = {
  what: 'file',
  got: 'a second document',
  allowed: 'one document',
  fix: 'remove the line "---" before it, or make it a file of its own',
};

interface Refused {
  readonly offset: number;
  readonly problem: Problem;
}

interface Tokens {
  readonly tokens: readonly CST.Token[];
  /** Why the text is not composed. */
  readonly refused?: Refused;
}

/** The syntax tree of the text, as far as it is neither too long nor too deep for those who walk it. */
function tokensOf(text: string, lines: LineCounter): Tokens {
  const parser = new Parser(lines.addNewLine);
  const tokens: CST.Token[] = [];
  let lexemes = 0;
  let errors = 0;
  lines.addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) {
      tokens.push(token);
      errors += token.type === 'error' ? 1 : 0;
    }
    lexemes++;
    if (parser.stack.length > MAX_DEPTH || lexemes > MAX_LEXEMES) {
      const problem = lexemes > MAX_LEXEMES ? tooLongProblem() : tooDeepProblem();
      return { tokens, refused: { offset: parser.offset, problem } };
    }
    if (errors > MAX_SYNTAX_ERRORS) {
      return { tokens };
    }
  }
  tokens.push(...parser.end());
  const directive = tokens.find(({ type }) => type === 'directive');
  return { tokens, refused: directive && { offset: directive.offset, problem: DIRECTIVE } };
}

/** `%YAML 1.1` would make `no` and `on` booleans, and read numbers in other ways. */
const DIRECTIVE = {
  what: 'file',
  got: 'a directive',
  allowed: 'YAML 1.2 without directives',
  fix: 'remove the line that begins with %',
};

function composed(tokens: readonly CST.Token[], lineCounter: LineCounter, end: number): Document.Parsed[] {
  const composer = new Composer({
    version: '1.2',
    schema: 'core',
    merge: false,
    resolveKnownTags: false,
    // Compares each key with each: duplicates are found when values are located.
    uniqueKeys: false,
    // Messages would quote the text.
    prettyErrors: false,
    lineCounter,
  });
  return [...composer.compose(tokens, true, end)];
}
