import * as fs from 'node:fs';
import * as path from 'node:path';
import { expect, test } from 'vitest';
import { CpuFeature } from '../../lib';
import schema from '../../lib/kernels/data/manifest.schema.json';
import { parseManifest } from '../../lib/kernels/manifest/bundle-manifest';
import { BUNDLE_DIRECTORY } from '../../scripts/kernels/kernel-build';
import { useBuiltInKernels } from '../support/built-in-kernels';

useBuiltInKernels();

const SHA256 = '0'.repeat(64);
const SELF_TEST = { path: 'bin/selftest', role: 'selftest', sha256: SHA256 };
const VARIANT = { path: 'lib/a.so', role: 'variant', variant: 'a', requires: [] as unknown, sha256: SHA256 };
const OTHER = { ...VARIANT, path: 'lib/b.so', variant: 'b' };
const MANIFEST = { schemaVersion: 1, name: 'made-up', version: '1.2.3', digest: `sha256:${SHA256}` };

function problemsOf(changes: Record<string, unknown>, variant: Record<string, unknown> = {}) {
  const manifest = { ...MANIFEST, files: [SELF_TEST, { ...VARIANT, ...variant }, OTHER], ...changes };
  return parseManifest(JSON.stringify(manifest)).problems;
}

test('knows the CPU features of the catalog, and no others', () => {
  expect(schema.$defs.feature.enum).toEqual(Object.values(CpuFeature));
});

test('describes every key', () => {
  const { properties, $defs } = schema;
  const described = { ...properties, ...$defs.file.properties } as Record<
    string,
    { description?: string; title?: string }
  >;
  expect(Object.entries(described).filter(([, { description = '', title = '' }]) => !description && !title)).toEqual(
    [],
  );
});

test('accepts what the build of this package and a careful author write', () => {
  const builtIn = fs.readFileSync(path.join(BUNDLE_DIRECTORY, 'manifest.json'), 'utf8');
  expect(parseManifest(builtIn).problems).toEqual([]);
  const provenance = {
    compiler: { name: 'gcc', version: '14.2.1' },
    sourceRevision: 'e95d90f+modified',
    'x-ticket': { any: 'thing' },
  };
  expect(problemsOf(provenance, { machine: 'aarch64', bytes: 0, guards: ['sve'], flags: ['-O2'] })).toEqual([]);
});

test.each([
  ['requires of a variant that is missing', {}, { requires: undefined }, 'files[1].requires', 'nothing'],
  ['a feature that does not exist', {}, { requires: ['i9mm'] }, 'files[1].requires[0]', '"i9mm"'],
  ['a name of a variant that is missing', {}, { variant: undefined }, 'files[1].variant', 'nothing'],
  ['a name of a variant on another file', {}, { role: 'document' }, 'files[1].variant', '"a"'],
  ['another machine', {}, { machine: 'x86_64' }, 'files[1].machine', '"x86_64"'],
  ['a negative size', {}, { bytes: -1 }, 'files[1].bytes', '-1'],
  ['flags in one text', {}, { flags: '-O2 -g' }, 'files[1].flags', '"-O2 -g"'],
  ['a compiler without version', { compiler: { name: 'gcc' } }, {}, 'compiler.version', 'nothing'],
  ['a revision of two words', { sourceRevision: 'main today' }, {}, 'sourceRevision', '"main today"'],
])('refuses %s', (_, changes, variant, what, got) => {
  expect(problemsOf(changes, variant)).toEqual([expect.objectContaining({ what: `manifest.json ${what}`, got })]);
});

test('names the key or the word that was meant', () => {
  expect(problemsOf({ sourceRevison: 'abc' })[0]).toMatchObject({
    what: 'manifest.json sourceRevison',
    got: '"abc"',
    fix: 'write sourceRevision, if that is meant',
  });
  expect(problemsOf({}, { guard: ['sve'] })[0]).toMatchObject({
    what: 'manifest.json files[1].guard',
    fix: 'write guards, if that is meant',
  });
  expect(problemsOf({}, { requires: ['i8m'] })[0].fix).toBe('write i8mm, if that is meant');
  expect(problemsOf({ colour: 'red' })[0].fix).toBe('remove it, or call it x-colour');
});

test('refuses two bills of materials', () => {
  const sbom = (name: string) => ({ path: name, role: 'sbom', sha256: SHA256 });
  expect(problemsOf({ files: [SELF_TEST, VARIANT, sbom('a.json')] })).toEqual([]);
  expect(problemsOf({ files: [SELF_TEST, VARIANT, sbom('a.json'), sbom('b.json')] })[0].allowed).toBe(
    'one file with the role sbom at most',
  );
});
