import * as fs from 'node:fs';
import { DocumentError, throwDocumentProblems } from './document-error';
import { MAX_BYTES } from './document-limits';
import { DocumentProblem } from './document-problem';
import { LocatedValue } from './located-value';
import { parseDocumentText } from './parse-document-text';

const FORBIDDEN_CHARACTER = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]/; // eslint-disable-line no-control-regex
/** YAML takes it for the end of a line, but its parser does not: every line would be wrong for another reason. */
const LONE_RETURN = /\r(?!\n)/;

/**
 * Reads a YAML or JSON file.
 *
 * @param file shown in messages as it is given
 * @throws DocumentError with everything that keeps it from being read
 */
export function readDocument(file: string): LocatedValue {
  const text = readText(file);
  const { value, problems } = parseDocumentText(file, text);
  throwDocumentProblems(problems);
  return value;
}

function readText(file: string): string {
  const bytes = readBytes(file);
  if (bytes.length > MAX_BYTES) {
    const got = `${bytes.length} bytes`;
    throw wholeFile(file, { what: 'file', got, allowed: `up to ${MAX_BYTES} bytes`, fix: 'split it into several' });
  }
  const text = utf8(bytes);
  if (text === undefined || FORBIDDEN_CHARACTER.test(text)) {
    const got = text === undefined ? 'bytes that are no UTF-8' : 'control characters';
    throw wholeFile(file, { what: 'file', got, allowed: 'text in UTF-8', fix: 'save it as UTF-8 text' });
  }
  if (LONE_RETURN.test(text)) {
    const got = 'carriage returns without line feeds';
    throw wholeFile(file, { what: 'file', got, allowed: 'lines that end with LF or CR LF', fix: 'save it with LF' });
  }
  return text;
}

function readBytes(file: string): Buffer {
  try {
    return fs.readFileSync(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const got =
      code === 'ENOENT' ? 'no such file' : code === 'EISDIR' ? 'a directory' : `a file that cannot be read (${code})`;
    throw wholeFile(file, { what: 'file', got, allowed: 'a YAML or JSON file', fix: 'correct the path' });
  }
}

/** The text without a byte order mark, or nothing when the bytes are no UTF-8. */
function utf8(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function wholeFile(file: string, problem: Omit<DocumentProblem, 'place'>): DocumentError {
  return new DocumentError([{ ...problem, place: { file, line: 1, column: 1 } }]);
}
