import * as fs from 'node:fs';
import * as path from 'node:path';
import { Zippable, zipSync } from 'fflate';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { KernelBundle } from '../../lib';
import { makeBundle, SELF_TEST, variantFile } from '../support/bundle-maker';
import { problemsOf } from '../support/config-error';
import { useScratchDirectory } from '../support/scratch-directory';

const scratch = useScratchDirectory();
beforeAll(() => {
  const temporary = scratch();
  fs.mkdirSync(temporary);
  // Archives are unpacked below the system's temporary directory.
  vi.stubEnv('TMPDIR', temporary);
});

const MADE_ON_UNIX = 3;
const SYMBOLIC_LINK = 0o120777;

/** The files of a bundle, as fflate packs them. */
function filesOf(directory: string, folder = ''): Zippable {
  const names = fs.readdirSync(directory, { recursive: true, encoding: 'utf8' });
  const files = names.filter((name) => fs.statSync(path.join(directory, name)).isFile());
  return Object.fromEntries(files.map((name) => [folder + name, fs.readFileSync(path.join(directory, name))]));
}

function archive(files: Zippable): string {
  const location = `${scratch()}.zip`;
  fs.writeFileSync(location, zipSync(files));
  return location;
}

function bundleDirectory(): string {
  return makeBundle(scratch(), [SELF_TEST, variantFile('scalar', []), variantFile('matmul', ['i8mm'])]);
}

describe('a bundle from an archive', () => {
  test.each(['', 'bundle/', 'my-kernels-1.2.3/'])('is the bundle, with its files in folder "%s"', (folder) => {
    const directory = bundleDirectory();
    const bundle = KernelBundle.fromAsset(archive(filesOf(directory, folder)));
    const { name, version, digest, variants } = KernelBundle.fromDirectory(directory);
    expect(bundle).toMatchObject({ name, version, digest, variants });
    expect(filesOf(bundle.directory)).toEqual(filesOf(directory));
  });

  test('may have entries for folders', () => {
    const directory = bundleDirectory();
    const location = archive({
      'bundle/': new Uint8Array(),
      'bundle/lib/': new Uint8Array(),
      ...filesOf(directory, 'bundle/'),
    });
    expect(KernelBundle.fromAsset(location).digest).toBe(KernelBundle.fromDirectory(directory).digest);
  });

  test('lies in the same directory each time, also after somebody changed it there', () => {
    const location = archive(filesOf(bundleDirectory()));
    const { directory, digest } = KernelBundle.fromAsset(location);
    expect(KernelBundle.fromAsset(location).directory).toBe(directory);
    fs.appendFileSync(path.join(directory, SELF_TEST.path), 'x');
    fs.writeFileSync(path.join(directory, 'extra'), '');
    expect(KernelBundle.fromAsset(location)).toMatchObject({ directory, digest });
    expect(fs.statSync(path.dirname(directory)).mode & 0o077).toBe(0);
  });

  test('may be a directory', () => {
    const directory = bundleDirectory();
    expect(KernelBundle.fromAsset(directory).directory).toBe(directory);
  });

  test('is checked like any other', () => {
    const files = filesOf(bundleDirectory());
    const changed = archive({ ...files, [SELF_TEST.path]: new Uint8Array(3) });
    expect(problemsOf(() => KernelBundle.fromAsset(changed))[0].what).toBe(SELF_TEST.path);
    expect(problemsOf(() => KernelBundle.fromAsset(archive(files), { glibcVersion: 'new' }))[0].what).toBe(
      'glibcVersion',
    );
    expect(problemsOf(() => KernelBundle.fromAsset('/nowhere.zip'))[0].got).toBe('a directory that does not exist');
  });
});

describe('an archive is refused', () => {
  const problems = (location: string) => problemsOf(() => KernelBundle.fromAsset(location));

  test.each(['../outside', 'lib/../../outside', '/etc/passwd', 'a\\..\\b', 'C:/b', './b', 'a\0b'])(
    'with the path %j',
    (name) => {
      const before = fs.readdirSync(path.dirname(scratch()));
      const found = problems(archive({ ...filesOf(bundleDirectory()), [name]: new Uint8Array(1) }));
      expect(found[0]).toMatchObject({ what: JSON.stringify(name), got: 'a path that leaves the archive' });
      expect(fs.readdirSync(path.dirname(scratch()))).not.toContain('outside');
      expect(before).not.toContain('outside');
    },
  );

  test('with a symbolic link', () => {
    const link: Zippable[string] = [Buffer.from('/etc/passwd'), { os: MADE_ON_UNIX, attrs: SYMBOLIC_LINK << 16 }];
    const found = problems(archive({ ...filesOf(bundleDirectory()), 'lib/link.so': link }));
    expect(found).toEqual([
      expect.objectContaining({ what: '"lib/link.so"', got: 'a symbolic link or a special file' }),
    ]);
  });

  test('that says it unpacks to more than 2 GiB, before anything is unpacked', () => {
    const location = archive({ ...filesOf(bundleDirectory()), zeros: new Uint8Array(4096) });
    const bytes = fs.readFileSync(location);
    // The size in the central directory, 22 bytes before the name.
    bytes.writeUInt32LE(0x80000000, bytes.lastIndexOf('zeros') - 22);
    fs.writeFileSync(location, bytes);
    expect(problems(location)[0]).toMatchObject({ allowed: '2147483648 bytes unpacked' });
  });

  test('with an encrypted file', () => {
    const location = archive(filesOf(bundleDirectory()));
    const bytes = fs.readFileSync(location);
    bytes[bytes.lastIndexOf('lib/scalar.so') - 38] |= 1;
    fs.writeFileSync(location, bytes);
    expect(problems(location)).toEqual([
      expect.objectContaining({ what: '"lib/scalar.so"', got: 'an encrypted file' }),
    ]);
  });

  test('with a file twice', () => {
    const location = archive({ ...filesOf(bundleDirectory()), 'lib/scalar.sp': new Uint8Array(1) });
    const bytes = fs.readFileSync(location);
    bytes.write('lib/scalar.so', bytes.lastIndexOf('lib/scalar.sp'));
    fs.writeFileSync(location, bytes);
    expect(problems(location)[0].got).toBe('lib/scalar.so more than once');
  });

  test.each([
    ['without a manifest', { 'a/b.so': new Uint8Array(1) }, 'no manifest.json at its top, nor in the one folder there'],
    ['with its manifest too deep', { 'a/b/manifest.json': new Uint8Array(1) }, 'no manifest.json at its top'],
    [
      'with files beside its folder',
      { 'a/manifest.json': new Uint8Array(1), c: new Uint8Array(1) },
      'no manifest.json',
    ],
    ['that is empty', {}, 'no manifest.json'],
  ])('%s', (_, files, got) => {
    expect(problems(archive(files))[0].got).toContain(got);
  });

  test.each([
    ['a tarball', Buffer.from('1f8b0800', 'hex')],
    ['nothing', Buffer.alloc(0)],
    ['cut short', zipSync(filesOf(__dirname)).subarray(0, 400)],
  ])('that is %s', (_, content) => {
    const location = `${scratch()}.zip`;
    fs.writeFileSync(location, content);
    expect(problems(location)[0].allowed).toBe('a zip archive');
  });

  test('with damaged data', () => {
    const location = archive(filesOf(bundleDirectory(), 'bundle/'));
    const bytes = fs.readFileSync(location);
    const name = 'bundle/manifest.json';
    bytes.fill(0xff, bytes.indexOf(name) + name.length, bytes.indexOf(name) + name.length + 40);
    fs.writeFileSync(location, bytes);
    expect(problems(location)[0].allowed).toBe('an intact zip archive');
  });
});
