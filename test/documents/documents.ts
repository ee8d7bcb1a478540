import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import MarkdownIt from 'markdown-it';

/** The project's root. */
export const ROOT = path.join(__dirname, '..', '..');

/** What the documents say to users of the library, and check as such: the front page, and the pages that it leads to. */
export const PAGES = ['README.md', ...fs.readdirSync(path.join(ROOT, 'docs')).map((name) => path.join('docs', name))];

const markdown = new MarkdownIt();

type Token = ReturnType<typeof markdown.parse>[number];

/** A document's text. */
export function textOf(file: string): string {
  return fs.readFileSync(path.join(ROOT, file), 'utf8');
}

/** Every Markdown file under version control but API.md, which is made from the types. */
export function allDocuments(): string[] {
  const files = execFileSync('git', ['ls-files', '*.md'], { cwd: ROOT, encoding: 'utf8' }).split('\n');
  return files.filter((file) => file !== '' && file !== 'API.md' && fs.existsSync(path.join(ROOT, file)));
}

/** The blocks of code of one language, in order. */
export function codeOf(file: string, language: string): string[] {
  return markdown
    .parse(textOf(file), {})
    .filter(({ type, info }) => type === 'fence' && info.trim() === language)
    .map(({ content }) => content);
}

/** Where a document's links lead. */
export function linksOf(file: string): string[] {
  return inlineTokens(file).flatMap((token) => {
    const target = token.attrGet('href') ?? token.attrGet('src');
    return target === null ? [] : [`${target}`];
  });
}

/** The names by which GitHub knows a document's headings. */
export function anchorsOf(file: string): string[] {
  const tokens = markdown.parse(textOf(file), {});
  return tokens.flatMap(({ type }, index) => (type === 'heading_open' ? [anchorOf(tokens[index + 1])] : []));
}

function anchorOf({ children }: Token): string {
  const text = (children ?? []).map(({ content }) => content).join('');
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');
}

function inlineTokens(file: string): Token[] {
  return markdown.parse(textOf(file), {}).flatMap(({ children }) => children ?? []);
}
