import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';

const DIRECTORY = resolve(__dirname, '../../kernels/engine/tokenizer');
const BUILD = resolve(__dirname, '../../kernels/build/tokenizer');

/** The builds of `kernels/engine/tokenizer/Makefile`, and where each lies. */
const BUILDS = { run: 'host', sanitized: 'sanitized', arm64: 'aarch64' } as const;
export type TokenizerBuild = keyof typeof BUILDS;

/** Flags of `gtok_encode`. */
export const ADD_SPECIAL = 1;
export const PARSE_SPECIAL = 2;
/** Flags of decoding: control tokens give their names; the tokens begin a text. */
export const SHOW_SPECIAL = 1;
export const AT_START = 256;

/** One request to `graviton-tokenizer-run`: text to encode, or tokens to decode or to ask about. */
export interface TokenizerRequest {
  readonly operation: 'encode' | 'decode' | 'query';
  readonly flags?: number;
  readonly input: string | Uint8Array | readonly number[];
}

export interface TokenizerAnswer {
  /** 0, or why there is no answer. */
  readonly status: number;
  readonly bytes: Buffer;
}

/** Builds the program if a source changed, and returns its path. */
export function buildTokenizer(build: TokenizerBuild): string {
  const made = spawnSync('make', ['--no-print-directory', '-C', DIRECTORY, build], { encoding: 'utf8' });
  if (made.status !== 0) {
    throw new Error(`make ${build} failed: ${made.error?.message ?? ''}${made.stdout}${made.stderr}`);
  }
  return join(BUILD, BUILDS[build], 'graviton-tokenizer-run');
}

function requestBytes({ operation, flags = 0, input }: TokenizerRequest): Buffer {
  const payload =
    typeof input === 'string' || input instanceof Uint8Array
      ? Buffer.from(input as string)
      : Buffer.from(Int32Array.from(input).buffer);
  const head = Buffer.alloc(9);
  head.write(operation[0], 0, 'latin1');
  head.writeUInt32LE(flags, 1);
  head.writeUInt32LE(payload.length, 5);
  return Buffer.concat([head, payload]);
}

function readAnswers(output: Buffer): TokenizerAnswer[] {
  const answers: TokenizerAnswer[] = [];
  for (let at = 0; at < output.length;) {
    const end = at + 8 + output.readUInt32LE(at + 4);
    answers.push({ status: output.readInt32LE(at), bytes: output.subarray(at + 8, end) });
    at = end;
  }
  return answers;
}

/**
 * Asks the program, run by `command`, about the tokenizer of a GGUF file.
 *
 * @throws Error with what it wrote to standard error, when it fails
 */
export function askTokenizer(
  command: readonly string[],
  file: string,
  requests: readonly TokenizerRequest[],
): TokenizerAnswer[] {
  const [program, ...before] = command;
  const input = Buffer.concat(requests.map(requestBytes));
  const result = spawnSync(program, [...before, file], { input, maxBuffer: 2 ** 30 });
  if (result.status !== 0) {
    throw new Error(`${program}: ${result.error?.message ?? result.signal ?? result.stderr.toString().trim()}`);
  }
  return readAnswers(result.stdout);
}

/** Tokens of an answer to `encode`. */
export function tokensOf({ bytes }: TokenizerAnswer): number[] {
  return Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readInt32LE(4 * index));
}

/** The texts of an answer to `decode`: what each token gave, and what the end gave. */
export function textsOf({ bytes }: TokenizerAnswer): Buffer[] {
  const texts: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = at + 4 + bytes.readUInt32LE(at);
    texts.push(bytes.subarray(at + 4, end));
    at = end;
  }
  return texts;
}
