/**
 * Compares the tokenizer with Hugging Face's `tokenizers` and Google's `sentencepiece` on the Universal Declaration of
 * Human Rights in 532 languages, random texts, and every code point, with vocabularies that it trains by them.
 *
 * `npm run test:tokenizer`; with `-- --record` it rewrites the small cases of test/tokenizer/recorded instead.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { ensureInstalled } from '../local-aws/python-environment';
import { Comparison, compareWithPeer, readPeerCases } from './compare';
import { multilingualParagraphs } from './corpus';
import { buildTokenizer } from './tokenizer-program';

const RECORDED = path.resolve(__dirname, '../../test/tokenizer/recorded');

interface Sizes {
  readonly paragraphs: readonly string[];
  readonly bpe: number;
  readonly sentencepiece: number;
  readonly randomTexts: number;
}

async function makeCases({ paragraphs, bpe, sentencepiece, randomTexts }: Sizes, directory: string): Promise<void> {
  const python = await ensureInstalled({ requirementsFile: path.join(__dirname, 'requirements.txt') });
  const corpus = path.join(directory, 'corpus.json');
  const output = path.join(directory, 'cases');
  mkdirSync(output);
  writeFileSync(corpus, JSON.stringify(paragraphs));
  const sizes = [bpe, sentencepiece, randomTexts].map(String);
  execFileSync(python, [path.join(__dirname, 'make_cases.py'), corpus, output, ...sizes], { stdio: 'inherit' });
}

function caseFiles(directory: string): string[] {
  const files = readdirSync(directory).filter((file) => file.endsWith('.json'));
  return files.sort().map((file) => path.join(directory, file));
}

function describe(name: string, { texts, tokens, differences }: Comparison): string {
  const shown = differences.slice(0, 3).map((difference) => `\n  ${JSON.stringify(difference).slice(0, 600)}`);
  const counts = [String(texts).padStart(8), String(tokens).padStart(9), String(differences.length).padStart(7)];
  return `${name.padEnd(20)} ${counts.join(' ')}${shown.join('')}`;
}

function compareAll(directory: string): number {
  const program = buildTokenizer('run');
  console.log(`${''.padEnd(20)} ${'texts'.padStart(8)} ${'tokens'.padStart(9)} ${'differ'.padStart(7)}`);
  return caseFiles(path.join(directory, 'cases'))
    .map((file) => {
      const comparison = compareWithPeer([program], path.join(directory, 'vocabulary.gguf'), readPeerCases(file));
      console.log(describe(path.basename(file, '.json'), comparison));
      return comparison.differences.length;
    })
    .reduce((sum, count) => sum + count, 0);
}

function record(directory: string): void {
  rmSync(RECORDED, { recursive: true, force: true });
  mkdirSync(RECORDED, { recursive: true });
  for (const file of caseFiles(path.join(directory, 'cases'))) {
    const { vocabulary, cases } = readPeerCases(file);
    const lines = cases.map((each) => JSON.stringify(each)).join(',\n');
    const content = `{"vocabulary":${JSON.stringify(vocabulary)},\n"cases":[\n${lines}\n]}\n`;
    writeFileSync(path.join(RECORDED, path.basename(file)), content);
  }
}

async function main(): Promise<void> {
  const directory = mkdtempSync(path.join(tmpdir(), 'tokenizer-peers-'));
  try {
    const paragraphs = multilingualParagraphs();
    if (process.argv.includes('--record')) {
      const few = paragraphs.filter((_, index) => index % 400 === 7);
      await makeCases({ paragraphs: few, bpe: 500, sentencepiece: 1200, randomTexts: 150 }, directory);
      record(directory);
    } else {
      await makeCases({ paragraphs, bpe: 6000, sentencepiece: 8000, randomTexts: 20_000 }, directory);
      process.exitCode = compareAll(directory) === 0 ? 0 : 1;
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

void main();
