import { execFileSync, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { GravitonProcessor, KernelBundle, KernelCompiler, SourceBundleOptions } from '../../lib';
import { ComponentPhases, ComponentStep, renderDocument } from '../../lib/image/private/component-document';
import { SourceBundleAssets, sourceBundlePhases } from '../../lib/image/private/kernels/source-bundle-component';
import { FIRST_KNOWN_FLAGS } from '../../lib/image/private/kernels/source-bundle-scripts';
import { BundleManifest } from '../../lib/kernels/manifest/bundle-manifest';
import { sourceTarget } from '../../lib/kernels/source/source-target';
import { sysroot } from '../../scripts/kernels/emulated-processors';
import { BUNDLE_COMMAND, useBuiltCommand } from '../support/built-command';
import { sbomErrors } from '../support/cyclonedx';
import { newStack } from '../support/fleet-app';
import { onInstance } from '../support/on-instance';
import { useScratchDirectory } from '../support/scratch-directory';

const { GRAVITON2, GRAVITON3, GRAVITON4, GRAVITON5, ALL } = GravitonProcessor;
const scratch = useScratchDirectory();

const CROSS_CLANG = 'clang-19 --target=aarch64-linux-gnu -fuse-ld=lld';

/** A library, a program that proves it, and a script that runs the program on the emulated CPU of QEMU_CPU. */
const SOURCES: Record<string, string> = {
  'dot.c':
    'int dot(const signed char *a, const signed char *b, int n) {\n' +
    '  int sum = 0;\n  for (int i = 0; i < n; i++) sum += a[i] * b[i];\n  return sum;\n}\n',
  'prove.c':
    'int dot(const signed char *, const signed char *, int);\nstatic signed char a[1000], b[1000];\n' +
    'int main(void) {\n  for (int i = 0; i < 1000; i++) { a[i] = 1; b[i] = 2; }\n  return dot(a, b, 1000) != 2000;\n}\n',
  'prove.sh': `#!/bin/sh\nexec qemu-aarch64 -L ${sysroot()} "$(dirname "$0")/prove"\n`,
  'build.sh':
    'mkdir -p "$OUTPUT/lib" "$OUTPUT/bin"\n' +
    // A second build in the same copy would find this.
    'test ! -e built && touch built\n' +
    '$CC $CFLAGS $EXTRA -fPIC -shared dot.c -o "$OUTPUT/lib/libdot.so.1"\n' +
    'ln -s libdot.so.1 "$OUTPUT/lib/libdot.so"\n' +
    '$CC $CFLAGS -fPIE -pie prove.c -L"$OUTPUT/lib" -ldot -Wl,-rpath,\'$ORIGIN/../lib\' -o "$OUTPUT/bin/prove"\n' +
    'cp prove.sh "$OUTPUT/bin/prove.sh"\n',
};

useBuiltCommand();

function write(directory: string, files: Record<string, string>, mode?: number): string {
  fs.mkdirSync(directory, { recursive: true });
  Object.entries(files).forEach(([name, text]) => fs.writeFileSync(path.join(directory, name), text, { mode }));
  return directory;
}

/** A file system like that of Amazon Linux, with what the build calls of its tools. */
class FakeBuilder {
  public readonly root = scratch();
  public readonly bundle = path.join(this.root, 'opt/graviton/kernels/my-kernels');
  public readonly phases: ComponentPhases;

  public constructor(changes: Partial<SourceBundleOptions> = {}, files: Record<string, string> = {}) {
    const directory = write(`${this.root}-sources`, { ...SOURCES, ...files });
    const bundle = KernelBundle.fromSource({
      name: 'my-kernels',
      version: '1.2.3',
      directory,
      buildCommand: 'sh -eu build.sh',
      targets: [GRAVITON2, GRAVITON3, GRAVITON5],
      selfTest: 'bin/prove.sh',
      runtimePackages: ['libgomp'],
      compiler: KernelCompiler.of({ packages: ['arm-clang'], cCommand: 'arm-cc', cxxCommand: 'arm-c++' }),
      ...changes,
    });
    this.phases = sourceBundlePhases(bundle._source!, new SourceBundleAssets(newStack(), 'Assets', bundle._source!));
    ['opt', 'etc', 'var/tmp'].forEach((name) => fs.mkdirSync(path.join(this.root, name), { recursive: true }));
    write(this.root, { packages: 'bash\nglibc\n' });
    write(
      path.join(this.root, 'tools'),
      {
        dnf:
          `#!/bin/bash\naction=$1; [ "$2" = -y ] || exit 9; shift 2\n` +
          `for name; do case $action in install) echo "$name" ;; remove) sed -i "/^$name\\$/d" ${this.root}/packages ;; esac; done >>${this.root}/packages\n`,
        rpm: `#!/bin/bash\ncat ${this.root}/packages\n`,
        'node-22': `#!/bin/bash\nexec ${process.execPath} "$@"\n`,
        'arm-cc': `#!/bin/bash\nexec ${CROSS_CLANG} "$@"\n`,
        'arm-c++': `#!/bin/bash\nexec ${CROSS_CLANG} "$@"\n`,
      },
      0o755,
    );
    // What the component before installs, told of the root.
    const verifier = onInstance('verify-kernels.py');
    const program = `#!/bin/bash\nexec python3 -IB ${verifier} --root ${this.root} "$@"\n`;
    write(path.join(this.root, 'opt/graviton/bin'), { 'verify-kernels': program }, 0o755);
  }

  /** Runs steps as AWSTOE does; the first that fails ends it. */
  public run(steps: readonly ComponentStep[]): { status: number | null; output: string } {
    let output = '';
    for (const step of steps) {
      const { status, text } = this.runStep(step);
      output += text;
      if (status !== 0) {
        return { status, output };
      }
    }
    return { status: 0, output };
  }

  private runStep({ action, inputs }: ComponentStep): { status: number | null; text: string } {
    if (action === 'ExecuteBash') {
      const [script] = (inputs as { commands: string[] }).commands;
      const env = { ...process.env, PATH: `${path.join(this.root, 'tools')}:${process.env.PATH}`, EXTRA: '' };
      const { status, stdout, stderr } = spawnSync('bash', ['-c', this.inside(script)], { env, encoding: 'utf8' });
      return { status, text: stdout + stderr };
    }
    const [input] = inputs as Record<string, unknown>[];
    if (action === 'CreateFile') {
      const { path: file, content, permissions } = input as { path: string; content: string; permissions: number };
      fs.writeFileSync(this.inside(file), this.inside(content), { mode: permissions });
      return { status: 0, text: '' };
    }
    const { destination } = input as { destination: string };
    if (destination.endsWith('.zip')) {
      execFileSync('zip', ['-qr', this.inside(destination), '.'], { cwd: `${this.root}-sources` });
    } else {
      fs.copyFileSync(BUNDLE_COMMAND, this.inside(destination));
    }
    return { status: 0, text: '' };
  }

  /** Says which features Linux shows. */
  public setCpu(features: readonly string[]): void {
    write(this.root, { cpuinfo: `processor\t: 0\nFeatures\t: ${features.join(' ')}\nprocessor\t: 1\n` });
  }

  public selfTest(qemuCpu: string, ...args: string[]) {
    const env = { ...process.env, QEMU_CPU: qemuCpu };
    const result = spawnSync(path.join(this.bundle, 'bin/self-test'), args, { env, encoding: 'utf8', cwd: '/' });
    return { status: result.status, stdout: result.stdout, stderr: result.stderr };
  }

  private inside(text: string): string {
    return text
      .replaceAll('/opt/graviton', `${this.root}/opt/graviton`)
      .replaceAll('/etc/graviton', `${this.root}/etc/graviton`)
      .replaceAll('/var/tmp', `${this.root}/var/tmp`)
      .replaceAll('/proc/cpuinfo', `${this.root}/cpuinfo`);
  }
}

describe('the build on the builder', { timeout: 120_000 }, () => {
  let builder: FakeBuilder;
  let built: { status: number | null; output: string };
  beforeAll(() => {
    builder = new FakeBuilder({ sourceRevision: 'e95d90f' });
    built = builder.run(builder.phases.build);
  }, 120_000);

  test('leaves a bundle that the library accepts, with the variants that it declared before', () => {
    expect([built.status, built.output]).toEqual([0, expect.stringContaining('building graviton5 with arm-cc -O3')]);
    const bundle = KernelBundle.fromDirectory(builder.bundle);
    const declared = [GRAVITON2, GRAVITON3, GRAVITON5].map(sourceTarget);
    for (const { id, features } of declared) {
      const variants = bundle.variants.filter(({ name }) => name === id);
      expect(variants.map(({ path: file }) => file)).toEqual([
        `${id}/bin/prove`,
        `${id}/lib/libdot.so`,
        `${id}/lib/libdot.so.1`,
      ]);
      variants.forEach(({ requiredFeatures }) => expect(requiredFeatures).toEqual(features));
    }
    expect(fs.readFileSync(path.join(builder.root, 'etc/graviton/kernels.d/my-kernels'), 'utf8')).toBe(
      `${bundle.digest}\n`,
    );
  });

  test('records compiler, flags, revision and a valid bill of materials', () => {
    const read = (file: string) => JSON.parse(fs.readFileSync(path.join(builder.bundle, file), 'utf8')) as unknown;
    const manifest = read('manifest.json') as BundleManifest;
    expect(manifest).toMatchObject({ name: 'my-kernels', version: '1.2.3', sourceRevision: 'e95d90f' });
    expect(manifest.compiler).toMatchObject({ name: 'clang', version: expect.stringMatching(/^19\.\d+\.\d+$/) });
    const flags = (file: string) => manifest.files.find((each) => each.path === file)!.flags;
    expect(flags('graviton2/lib/libdot.so.1')).toEqual(['-O3', '-mcpu=neoverse-n1']);
    expect(flags('graviton5/lib/libdot.so.1')).toEqual(['-O3', '-mcpu=neoverse-v3+nomemtag+nols64']);
    expect(sbomErrors(read('sbom.cdx.json'))).toEqual([]);
  });

  test('leaves nothing else: no sources, no tools', () => {
    expect(fs.readdirSync(path.join(builder.root, 'var/tmp'))).toEqual([]);
    expect(fs.readFileSync(path.join(builder.root, 'packages'), 'utf8')).toBe('bash\nglibc\nlibgomp\n');
  });

  test.each([
    [GRAVITON2, 'neoverse-n1', ['graviton2']],
    [GRAVITON3, 'max,sve-max-vq=2,sme=off', ['graviton3', 'graviton2']],
    [GRAVITON4, 'max,sve128=on,sme=off', ['graviton5', 'graviton3', 'graviton2']],
  ])('its self-test runs what $displayName runs', (processor, qemuCpu, targets) => {
    builder.setCpu(processor.features);
    expect(builder.selfTest(qemuCpu, '--list')).toEqual({ status: 0, stdout: `${targets.join('\n')}\n`, stderr: '' });
    expect(builder.selfTest(qemuCpu)).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  test('its self-test fails on a CPU that runs no target, and when one target fails', () => {
    builder.setCpu(['fp', 'asimd']);
    expect(builder.selfTest('cortex-a72')).toMatchObject({
      status: 1,
      stderr: 'my-kernels: no target (graviton2, graviton3, graviton5) runs on this CPU, which has: fp asimd \n',
    });
    builder.setCpu(GRAVITON3.features);
    // What Linux shows is not what the emulated CPU has: the code of Graviton3 traps.
    const { status, stderr } = builder.selfTest('neoverse-n1');
    expect([status, stderr]).toEqual([1, expect.stringContaining('my-kernels: the self-test of graviton3 failed\n')]);
  });

  test('the test phase passes for its files, and fails for others', () => {
    builder.setCpu(GRAVITON2.features);
    const verify = builder.phases.test!.slice(0, 1);
    expect(builder.run(verify)).toMatchObject({ status: 0, output: expect.stringContaining('my-kernels: intact, ') });
    const file = path.join(builder.bundle, 'graviton2/lib/libdot.so');
    const before = fs.readFileSync(file);
    fs.appendFileSync(file, 'x');
    expect(builder.run(verify)).toMatchObject({
      status: 1,
      output: expect.stringMatching(/my-kernels: graviton2\/lib\/libdot\.so: got \w{64}, expected sha256 \w{64}/),
    });
    fs.writeFileSync(file, before);
  });

  test('fits into a component document', () => {
    const longest = new FakeBuilder({ targets: ALL, name: 'n'.repeat(63), sourceRevision: 'a'.repeat(40) });
    const document = renderDocument('Kernels', longest.phases);
    expect(document.length).toBeLessThan(16_000);
    // AWSTOE would take it for a reference.
    expect(document).not.toContain('{{');
  });
});

describe('the build on the builder ends, and leaves no bundle,', { timeout: 120_000 }, () => {
  test.each<[string, Partial<SourceBundleOptions>, Record<string, string>, RegExp]>([
    [
      'when code needs more than its target has',
      { targets: [GRAVITON2], buildCommand: 'EXTRA=-mcpu=neoverse-v1 sh -eu build.sh' },
      {},
      /graviton2\/lib\/libdot\.so: got code that needs sve: .* at dot\+0x/,
    ],
    [
      'when a target needs instructions that no Graviton has',
      { targets: [GRAVITON5] },
      { 'dot.c': '#include <arm_acle.h>\nvoid *dot(void *p) { return __arm_mte_increment_tag(p, 1); }\n' },
      /error: .*memtag|needs target feature mte/,
    ],
    ['when the command fails', { buildCommand: 'echo broken >&2; false; true' }, {}, /broken/],
    [
      'when the self-test is missing',
      { selfTest: 'bin/other' },
      {},
      /my-kernels: the build of graviton2 left no bin\/other in OUTPUT: put the self-test there/,
    ],
    [
      'when nothing was compiled',
      { buildCommand: 'mkdir "$OUTPUT/bin"; cp prove.sh "$OUTPUT/bin"' },
      {},
      /is not there|at least one file with the role variant/,
    ],
    [
      'when the compiler is missing',
      { compiler: KernelCompiler.of({ packages: ['nothing'], cCommand: 'no-cc', cxxCommand: 'no-c++' }) },
      {},
      /no-cc: not found after the installation of nothing/,
    ],
  ])('%s', (_, changes, files, message) => {
    const builder = new FakeBuilder(changes, files);
    const { status, output } = builder.run(builder.phases.build);
    expect(output).toMatch(message);
    expect(status).not.toBe(0);
    expect(fs.existsSync(builder.bundle)).toBe(false);
    expect(fs.existsSync(path.join(builder.root, 'etc/graviton/kernels.d'))).toBe(false);
  });
});

describe('the flags for a target', () => {
  function choose(compiler: string, processor: GravitonProcessor) {
    const tools = write(scratch(), { cc: `#!/bin/sh\nexec ${compiler} "$@"\n` }, 0o755);
    const script = ['set -euo pipefail', ...FIRST_KNOWN_FLAGS, 'first_known_flags "$@"'].join('\n');
    const args = ['-c', script, 'bash', ...sourceTarget(processor).flagCandidates];
    const env = { ...process.env, CC: path.join(tools, 'cc') };
    const { status, stdout, stderr } = spawnSync('bash', args, { env, encoding: 'utf8' });
    return { status, flags: stdout.trim(), stderr };
  }

  test.each([
    [GRAVITON2, '-mcpu=neoverse-n1', '-mcpu=neoverse-n1'],
    [GRAVITON3, '-mcpu=neoverse-v1', '-mcpu=neoverse-v1'],
    // Debian's GCC 12 knows neither Neoverse V2 nor V3.
    [GRAVITON4, '-mcpu=neoverse-v2+nomemtag', '-march=armv9-a+bf16+i8mm'],
    [GRAVITON5, '-mcpu=neoverse-v3+nomemtag+nols64', '-march=armv9-a+bf16+i8mm'],
  ])('are the best that the compiler knows for $displayName', (processor, clang, gcc12) => {
    expect(choose('clang-19 --target=aarch64-linux-gnu', processor).flags).toBe(clang);
    const version = spawnSync('aarch64-linux-gnu-gcc', ['-dumpversion'], { encoding: 'utf8' }).stdout.trim();
    const { flags } = choose('aarch64-linux-gnu-gcc', processor);
    expect(version === '12' ? [flags] : sourceTarget(processor).flagCandidates).toContain(
      version === '12' ? gcc12 : flags,
    );
  });

  test('are an error for a compiler that knows none', () => {
    expect(choose('false', GRAVITON5)).toMatchObject({ status: 1, stderr: expect.stringContaining('knows none of') });
  });
});
