import * as fs from 'node:fs';
import * as path from 'node:path';
import { describe, expect, test } from 'vitest';
import { allDocuments, anchorsOf, linksOf, PAGES, ROOT } from './documents';

/** What is wrong with a link that stays in the project, or nothing. */
function brokenLink(file: string, link: string): string | undefined {
  const [target, anchor] = decodeURIComponent(link).split('#');
  const wanted = path.normalize(path.join(path.dirname(file), target));
  const found = target === '' ? file : wanted;
  if (!fs.existsSync(path.join(ROOT, found))) {
    return `${file}: ${link} leads to no file`;
  }
  const isDocument = found.endsWith('.md');
  return anchor === undefined || (isDocument && anchorsOf(found).includes(anchor))
    ? undefined
    : `${file}: ${link} leads to no heading`;
}

function isLocal(link: string): boolean {
  return !/^[a-z]+:/.test(link);
}

describe('documents', () => {
  test('lead to files and headings that are there', () => {
    const links = allDocuments().flatMap((file) => linksOf(file).map((link) => ({ file, link })));
    const local = links.filter(({ link }) => isLocal(link));
    expect(local.length).toBeGreaterThan(40);
    expect(local.flatMap(({ file, link }) => brokenLink(file, link) ?? [])).toEqual([]);
  });

  test('that are pages are reached from the front page', () => {
    const reached = new Set(linksOf('README.md').map((link) => link.split('#')[0]));
    expect(PAGES.filter((page) => page !== 'README.md' && !reached.has(page))).toEqual([]);
  });
});

describe('a link', () => {
  test('to a file or a heading that is not there is found', () => {
    expect(brokenLink('docs/ci.md', '../nothing.md')).toBe('docs/ci.md: ../nothing.md leads to no file');
    expect(brokenLink('docs/ci.md', '#nothing')).toBe('docs/ci.md: #nothing leads to no heading');
    expect(brokenLink('docs/ci.md', '#deployrole')).toBeUndefined();
    expect(brokenLink('docs/ci.md', 'economics.md#powerbudget-costbudget')).toBeUndefined();
  });
});
