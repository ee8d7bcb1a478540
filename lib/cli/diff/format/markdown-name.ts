import { visibleText } from './visible-text';

/**
 * A text of the user's in a comment on GitHub or GitLab, as code. Everything but letters, digits and spaces is written as
 * a character reference: those never begin Markdown or HTML (https://spec.commonmark.org/0.31.2/#entity-and-numeric-character-references,
 * read 2026-11-23), and GitHub makes no mention, issue link or address of what stands in code. The comment behind an
 * `@` keeps an address from being found after the references were resolved.
 */
export function markdownName(text: string): string {
  const escaped = [...visibleText(text)]
    .map((character) => (/[A-Za-z0-9 ]/.test(character) ? character : `&#${character.codePointAt(0)};`))
    .join('')
    .replace(/&#64;/g, '&#64;<!-- -->');
  return `<code>${escaped}</code>`;
}
