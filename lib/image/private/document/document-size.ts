import { StringConcat, Token, Tokenization } from 'aws-cdk-lib';
import { Problem } from '../../../validation';

/** Length of `data`: https://docs.aws.amazon.com/imagebuilder/latest/APIReference/API_CreateComponent.html */
export const MAX_INLINE_CHARACTERS = 16_000;

/** "Component size" behind a `uri`: https://docs.aws.amazon.com/general/latest/gr/imagebuilder.html */
const MAX_UPLOADED_BYTES = 64 * 1024;

/** A text without the values that are only known at deployment: the least that it can be. */
export function knownText(text: string): string {
  const literals = Tokenization.reverseString(text).mapTokens({ mapToken: () => '' });
  // An empty text has no fragments to join.
  return (literals.join(new StringConcat()) as string | undefined) ?? '';
}

/** A document that is longer than Image Builder takes. */
export function sizeProblems(document: string): Problem[] {
  const known = knownText(document);
  const fix = 'divide it into several components, or let it download its files';
  if (Token.isUnresolved(document) && known.length > MAX_INLINE_CHARACTERS) {
    // It cannot be uploaded, because parts of it are only known at deployment.
    const allowed = `at most ${MAX_INLINE_CHARACTERS} characters`;
    return [{ what: 'document', got: `${known.length} characters and more at deployment`, allowed, fix }];
  }
  const bytes = Buffer.byteLength(known);
  return bytes > MAX_UPLOADED_BYTES
    ? [{ what: 'document', got: `${bytes} bytes`, allowed: `at most ${MAX_UPLOADED_BYTES} bytes`, fix }]
    : [];
}
