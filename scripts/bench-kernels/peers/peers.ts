import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ELEMENTS, HEAD_DIMENSION, KEYS, PRODUCT_COLUMNS, PRODUCT_DEPTH } from '../cases';
import { MeasuredLibrary } from '../run/emulator';
import { onnxModels } from './onnx-models';

/** A library that the kernels are compared with, as npm ships it for Arm64 Linux. */
export interface PeerPackage {
  /** The folder of the cache that it goes to, with the version behind it. */
  readonly folder: string;
  readonly packageName: string;
  readonly version: string;
  /** SHA-512 of the tarball in base64, as the registry states it. */
  readonly sha512: string;
  /** The folder of the shared objects inside the package. */
  readonly objects: string;
}

export interface Peer extends PeerPackage {
  readonly name: 'ggml' | 'onnxruntime';
}

export const PEERS: readonly Peer[] = [
  {
    name: 'ggml',
    folder: 'ggml',
    packageName: '@node-llama-cpp/linux-arm64',
    version: '3.22.1',
    sha512: 'W+7naKCXX9/eEjjFmRS8vvx91QyLXDbeFxexZc3bh/PtQABZgmRL3C0AtYYXn4YGTj/3Qor4lWZn2tpjZFPLdQ==',
    objects: 'bins/linux-arm64',
  },
  {
    name: 'onnxruntime',
    folder: 'onnxruntime',
    packageName: 'onnxruntime-node',
    version: '1.30.0',
    sha512: 'twhs1C2C/BFkz1yc5OY0KIU2GUq6DURO7hD4bx5Q2Qy3nAMJwRXW8xU3NVczE29VA9lolLOYepoD8fjTGOfIqw==',
    objects: 'bin/napi-v6/linux/arm64',
  },
];

/** Not in version control; a second run downloads nothing. */
const CACHE = resolve(__dirname, '../../../node_modules/.cache/bench-kernels');

/**
 * Fetches a package by its exact version, checks the tarball against the digest above, and unpacks its objects. No
 * script of the package runs.
 *
 * @returns the folder of the objects
 * @throws Error when npm cannot fetch it, or when the digest differs
 */
export function fetchObjects(peer: PeerPackage): string {
  const directory = join(CACHE, `${peer.folder}-${peer.version}`);
  if (!existsSync(directory)) {
    unpack(peer, download(peer), directory);
  }
  return directory;
}

/** A peer's objects, and the models that ONNX Runtime needs. */
export function fetchPeer(peer: Peer): MeasuredLibrary {
  const directory = fetchObjects(peer);
  if (peer.name === 'onnxruntime') {
    writeModels(join(directory, 'models'));
  }
  return { name: peer.name, directory };
}

function download(peer: PeerPackage): string {
  mkdirSync(CACHE, { recursive: true });
  const specifier = `${peer.packageName}@${peer.version}`;
  const args = ['pack', specifier, '--json', '--ignore-scripts', '--prefer-offline', '--pack-destination', CACHE];
  const result = spawnSync('npm', args, { cwd: CACHE, encoding: 'utf8', maxBuffer: 1 << 26 });
  if (result.status !== 0) {
    const lines = (result.error?.message ?? result.stderr).split('\n').filter((line) => !line.startsWith('npm warn'));
    const why = lines.slice(0, 3).join(' ').replaceAll('npm error ', '');
    throw new Error(`npm cannot fetch ${specifier}: ${why}`);
  }
  const [{ filename }] = JSON.parse(result.stdout) as { filename: string }[];
  return join(CACHE, filename.replace('@', '').replace('/', '-'));
}

function unpack(peer: PeerPackage, tarball: string, directory: string): void {
  const digest = createHash('sha512').update(readFileSync(tarball)).digest('base64');
  if (digest !== peer.sha512) {
    rmSync(tarball);
    throw new Error(`${peer.packageName}@${peer.version} has SHA-512 ${digest}, not ${peer.sha512}: it is not used`);
  }
  const partial = `${directory}.new`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  const inside = `package/${peer.objects}`;
  const depth = inside.split('/').length;
  const args = ['-xzf', tarball, '-C', partial, `--strip-components=${depth}`, inside];
  const result = spawnSync('tar', args, { encoding: 'utf8' });
  if (result.status !== 0) {
    throw new Error(`tar cannot unpack ${tarball}: ${result.stderr}`);
  }
  rmSync(tarball);
  renameSync(partial, directory);
}

function writeModels(directory: string): void {
  mkdirSync(directory, { recursive: true });
  const models = onnxModels({
    n: PRODUCT_COLUMNS,
    k: PRODUCT_DEPTH,
    keys: KEYS,
    headDimension: HEAD_DIMENSION,
    elements: ELEMENTS,
  });
  Object.entries(models).forEach(([kernel, model]) => writeFileSync(join(directory, `${kernel}.onnx`), model));
}
