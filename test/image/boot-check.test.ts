import * as fs from 'node:fs';
import * as path from 'node:path';
import { describe, expect, test } from 'vitest';
import { renderDocument } from '../../lib/image/private/component-document';
import { METRIC_NAMESPACE, REPORT_METRIC } from '../../lib/image/private/instance-metrics';
import { bootCheckPhases } from '../../lib/image/private/kernels/boot-check-component';
import { KERNEL_VERIFICATION_METRIC } from '../../lib/image/private/kernels/kernel-verification';
import { makeBundle, SELF_TEST, variantFile } from '../support/bundle-maker';
import { onInstance, Outcome, runOnInstance, writeFiles } from '../support/on-instance';
import { useScratchDirectory } from '../support/scratch-directory';

const scratch = useScratchDirectory();

const ADVICE = 'terminate this instance, and build the image again from an intact bundle if others fail alike';

interface Manifest {
  digest: string;
  files: { path: string; sha256: string }[];
}

/** A root directory with one bundle as the image's build leaves it. */
class Instance {
  public readonly root = scratch();
  public readonly bundle = path.join(this.root, 'opt/graviton/kernels/made-up');

  public constructor() {
    makeBundle(this.bundle, [SELF_TEST, variantFile('b', []), variantFile('B', []), variantFile('a_b', [])]);
    writeFiles(this.root, { 'etc/graviton/kernels.d/made-up': `${this.manifest.digest}\n` });
  }

  public get manifest(): Manifest {
    return JSON.parse(fs.readFileSync(path.join(this.bundle, 'manifest.json'), 'utf8')) as Manifest;
  }

  public sha256Of(file: string): string {
    return this.manifest.files.find((listed) => listed.path === file)!.sha256;
  }

  public changeManifest(change: (manifest: Manifest) => void): void {
    const manifest = this.manifest;
    change(manifest);
    fs.writeFileSync(path.join(this.bundle, 'manifest.json'), JSON.stringify(manifest));
  }

  public verify(...names: string[]): Outcome {
    return runOnInstance('verify-kernels.py', ['--root', this.root, ...names]);
  }

  /** What the check says about the bundle, without what each line has in common. */
  public complaints(): string[] {
    const { status, stderr, stdout } = this.verify();
    expect(status).toBe(1);
    expect(stdout).toBe('');
    const lines = stderr.trimEnd().split('\n');
    lines.forEach((line) => {
      expect(line.startsWith('kernel bundle made-up: ')).toBe(true);
      expect(line.endsWith(`: ${ADVICE}`)).toBe(true);
    });
    return lines.map((line) => line.slice('kernel bundle made-up: '.length, -ADVICE.length - 2));
  }
}

describe('the check of the bundles', () => {
  test('passes for what the image was built with', () => {
    const instance = new Instance();
    const expected = `kernel bundle made-up: intact, 4 files, ${instance.manifest.digest}\n`;
    expect(instance.verify()).toMatchObject({ status: 0, stdout: expected, stderr: '' });
    expect(instance.verify('made-up')).toMatchObject({ status: 0, stdout: expected, stderr: '' });
  });

  test('passes without any bundle, and says so', () => {
    expect(runOnInstance('verify-kernels.py', ['--root', scratch()])).toMatchObject({
      status: 0,
      stdout: 'no kernel bundles on this image\n',
    });
  });

  test('fails for one flipped bit, and says which file', () => {
    const instance = new Instance();
    const file = path.join(instance.bundle, 'lib/b.so');
    const bytes = fs.readFileSync(file);
    bytes[40] ^= 1;
    fs.writeFileSync(file, bytes);
    const [line, ...more] = instance.complaints();
    expect(line).toMatch(/^lib\/b\.so: got [0-9a-f]{64}, expected sha256 [0-9a-f]{64}$/);
    expect(line).toContain(`expected sha256 ${instance.sha256Of('lib/b.so')}`);
    expect(more).toEqual([]);
  });

  test('fails for a missing file', () => {
    const instance = new Instance();
    fs.rmSync(path.join(instance.bundle, 'lib/b.so'));
    expect(instance.complaints()).toEqual([`lib/b.so: got no file, expected sha256 ${instance.sha256Of('lib/b.so')}`]);
  });

  test.each<[string, string, (bundle: string) => void]>([
    ['a file', 'lib/extra.so', (bundle) => fs.writeFileSync(path.join(bundle, 'lib/extra.so'), 'x')],
    [
      'a second manifest',
      'lib/manifest.json',
      (bundle) => fs.writeFileSync(path.join(bundle, 'lib/manifest.json'), ''),
    ],
    ['a link to a directory', 'more', (bundle) => fs.symlinkSync('/usr/lib', path.join(bundle, 'more'))],
  ])('fails for %s that nobody listed', (_, name, add) => {
    const instance = new Instance();
    add(instance.bundle);
    expect(instance.complaints()).toEqual([`${name}: got a file that manifest.json does not list, expected none`]);
  });

  test('fails for a link in place of a file, even to the same bytes', () => {
    const instance = new Instance();
    const file = path.join(instance.bundle, 'lib/b.so');
    fs.renameSync(file, path.join(instance.root, 'b.so'));
    fs.symlinkSync(path.join(instance.root, 'b.so'), file);
    expect(instance.complaints()).toEqual([
      `lib/b.so: got no regular file, expected sha256 ${instance.sha256Of('lib/b.so')}`,
    ]);
  });

  test('fails when files and manifest were changed together', () => {
    const instance = new Instance();
    const before = instance.manifest.digest;
    makeBundle(instance.bundle, [SELF_TEST, variantFile('b', [], Buffer.from('other')), variantFile('B', [])]);
    fs.rmSync(path.join(instance.bundle, 'lib/a_b.so'));
    const after = instance.manifest.digest;
    expect(after).not.toBe(before);
    expect(instance.complaints()).toEqual([
      `digest of all files: got ${after}, expected ${before}`,
      `manifest.json: got digest ${after}, expected ${before}`,
    ]);
  });

  test('fails when the manifest alone was changed', () => {
    const instance = new Instance();
    const { digest } = instance.manifest;
    instance.changeManifest((manifest) => (manifest.digest = `sha256:${'0'.repeat(64)}`));
    expect(instance.complaints()).toEqual([`manifest.json: got digest sha256:${'0'.repeat(64)}, expected ${digest}`]);
    instance.changeManifest((manifest) => manifest.files.pop());
    expect(instance.complaints()).toContain('lib/a_b.so: got a file that manifest.json does not list, expected none');
  });

  test.each(['', '{', '[]', '{"files":[{}],"digest":""}', '{"files":1,"digest":""}'])(
    'fails for the manifest %j',
    (text) => {
      const instance = new Instance();
      fs.writeFileSync(path.join(instance.bundle, 'manifest.json'), text);
      const { status, stderr } = instance.verify();
      expect(status).toBe(1);
      expect(stderr).toMatch(/^kernel bundle made-up: manifest\.json: got \w+Error, expected a manifest of files/);
      expect(stderr).not.toContain('Traceback');
    },
  );

  test('fails for another expected digest, for none, and for one that is none', () => {
    const instance = new Instance();
    const { digest } = instance.manifest;
    const other = `sha256:${'1'.repeat(64)}`;
    writeFiles(instance.root, { 'etc/graviton/kernels.d/made-up': other });
    expect(instance.complaints()).toEqual([
      `digest of all files: got ${digest}, expected ${other}`,
      `manifest.json: got digest ${digest}, expected ${other}`,
    ]);
    writeFiles(instance.root, { 'etc/graviton/kernels.d/made-up': 'sha256:12' });
    expect(instance.complaints()).toEqual([
      "/etc/graviton/kernels.d/made-up: got 'sha256:12', expected sha256: and 64 hexadecimal digits",
    ]);
    fs.rmSync(path.join(instance.root, 'etc/graviton/kernels.d/made-up'));
    expect(instance.complaints()).toEqual([
      '/etc/graviton/kernels.d/made-up: got no readable file, expected the digest that the image was built with',
    ]);
  });

  test('fails for a bundle that is gone, and for one of several', () => {
    const instance = new Instance();
    fs.cpSync(instance.bundle, path.join(path.dirname(instance.bundle), 'second'), { recursive: true });
    writeFiles(instance.root, { 'etc/graviton/kernels.d/second': instance.manifest.digest });
    expect(instance.verify().status).toBe(0);
    fs.rmSync(instance.bundle, { recursive: true });
    const { status, stdout, stderr } = instance.verify();
    expect(status).toBe(1);
    expect(stdout).toMatch(/^kernel bundle second: intact/);
    expect(stderr).toMatch(/^kernel bundle made-up: manifest\.json: got FileNotFoundError/);
  });

  test('stays short when everything differs, and marks errors for the journal', () => {
    const instance = new Instance();
    Array.from({ length: 25 }, (_, index) => fs.writeFileSync(path.join(instance.bundle, `extra-${index}`), ''));
    const { status, stderr } = runOnInstance('verify-kernels.py', ['--root', instance.root], { JOURNAL_STREAM: '8:1' });
    const lines = stderr.trimEnd().split('\n');
    expect(status).toBe(1);
    expect(lines).toHaveLength(11);
    expect(lines.every((line) => line.startsWith('<3>kernel bundle made-up: '))).toBe(true);
    expect(lines[10]).toBe('<3>kernel bundle made-up: 15 more differences');
  });
});

test('the metric of a failed check has one name in the unit and in the library', () => {
  const unit = fs.readFileSync(onInstance('graviton-kernels-report.service'), 'utf8');
  expect(unit).toContain(`ExecStart=${REPORT_METRIC} ${KERNEL_VERIFICATION_METRIC.metricName}\n`);
  expect(KERNEL_VERIFICATION_METRIC.namespace).toBe(METRIC_NAMESPACE);
});

describe('the component', () => {
  test('fits into a document of Image Builder, and refers to no outputs of steps', () => {
    const text = renderDocument('BootCheck', bootCheckPhases());
    expect(text.length).toBeLessThan(16_000);
    expect(text).not.toContain('{{');
  });

  test('checks on the builder, and that the check has passed on the first boot', () => {
    const { validate, test: tests } = bootCheckPhases();
    expect(JSON.stringify(validate)).toContain('/opt/graviton/bin/verify-kernels');
    expect(JSON.stringify(tests)).toContain('systemctl start graviton-kernels.service');
  });
});
