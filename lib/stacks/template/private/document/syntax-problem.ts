import { YAMLParseError, YAMLWarning } from 'yaml';
import { Problem } from '../../../../validation';

type ErrorCode = YAMLParseError['code'];

const ANY = 'mend what stands here: a text with : # { } [ ] , & * ! | > % @ in it needs quotes';

/** What the parser's errors mean. Its own messages quote the file, in which secrets may stand. */
const MEANINGS: Partial<Record<ErrorCode, { readonly got: string; readonly fix: string }>> = {
  ALIAS_PROPS: { got: 'an alias with an anchor or a tag', fix: 'leave only the alias' },
  BAD_ALIAS: { got: 'an alias without a name', fix: 'name the anchor, or quote a text that begins with *' },
  BAD_DIRECTIVE: { got: 'a directive', fix: 'remove the line that begins with %' },
  BAD_DQ_ESCAPE: { got: 'an escape that does not exist', fix: "write \\\\ for a backslash, or use '...' quotes" },
  BAD_INDENT: { got: 'a line whose indentation fits none before it', fix: 'align it with the keys of its map' },
  BAD_SCALAR_START: { got: 'a text that begins with a reserved character', fix: 'quote it' },
  BLOCK_AS_IMPLICIT_KEY: { got: 'a second key on one line', fix: 'put it on a line of its own, or quote the value' },
  BLOCK_IN_FLOW: { got: 'an indented block within { } or [ ]', fix: 'write it as { } or [ ] as well' },
  KEY_OVER_1024_CHARS: { got: 'a key of more than 1,024 characters', fix: 'shorten it' },
  MISSING_CHAR: {
    got: 'a bracket, quote, comma or colon that is missing',
    fix: 'add it here, or where [ { or a quote was opened',
  },
  MULTILINE_IMPLICIT_KEY: { got: 'a line without a key', fix: 'write "key: value", or indent it under its key' },
  MULTIPLE_ANCHORS: { got: 'two anchors at one value', fix: 'remove one' },
  MULTIPLE_DOCS: { got: 'a second document', fix: 'remove the line "---" before it' },
  MULTIPLE_TAGS: { got: 'two tags at one value', fix: 'remove both' },
  TAB_AS_INDENT: { got: 'a tab as indentation', fix: 'indent with spaces' },
  TAG_RESOLVE_FAILED: { got: 'a tag', fix: 'remove the word that begins with !, or quote the text' },
  BAD_COLLECTION_TYPE: { got: 'a tag', fix: 'remove the word that begins with !' },
};

/** The parser counts a `[` or `{` that is never closed to the wrong indentations. */
const UNCLOSED = /sufficiently indented and end with a/;

/** The problem that an error of the parser is. */
export function syntaxProblem({ code, message }: YAMLParseError | YAMLWarning): Problem {
  const { got, fix } = (UNCLOSED.test(message) ? MEANINGS.MISSING_CHAR : MEANINGS[code]) ?? {
    got: 'what is no YAML',
    fix: ANY,
  };
  return { what: 'file', got, allowed: 'YAML 1.2 or JSON', fix };
}
