import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A CPU that qemu-user plays, and the variant that must be chosen on it. */
export interface EmulatedProcessor {
  readonly name: string;
  readonly standsFor: string;
  /** Value of qemu's `-cpu`. */
  readonly qemuCpu: string;
  readonly expectedVariant: string;
}

/**
 * The processors that the kernels are proved on. `max` carries `sme=off`, for no Graviton has SME. QEMU 7.2 keeps the
 * SVE2 bit in `max`, which Graviton3 lacks: no kernel of the bundle uses SVE.
 */
export const EMULATED_PROCESSORS: readonly EmulatedProcessor[] = [
  {
    name: 'no-dotprod',
    standsFor: 'an Arm64 CPU without SDOT, such as the Cortex-A72 of Graviton1',
    qemuCpu: 'cortex-a72',
    expectedVariant: 'scalar',
  },
  {
    name: 'graviton2',
    standsFor: 'Graviton2 (Neoverse N1)',
    qemuCpu: 'neoverse-n1',
    expectedVariant: 'neon_dotprod',
  },
  {
    name: 'graviton3-like',
    standsFor: 'Graviton3 (Neoverse V1): SVE of 256 bits, i8mm, bf16',
    qemuCpu: 'max,sve-max-vq=2,sme=off',
    expectedVariant: 'neon_i8mm_bf16',
  },
  {
    name: 'graviton4-5-like',
    standsFor: 'Graviton4 and 5 (Neoverse V2 and V3): SVE2 of 128 bits, i8mm, bf16',
    qemuCpu: 'max,sve128=on,sme=off',
    expectedVariant: 'neon_i8mm_bf16',
  },
];

/** How a program ended. */
export interface RunResult {
  /** Exit status, or null when a signal ended it. */
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface SelfTestOptions {
  /** Arguments of the self-test. Default: none, which checks every variant that the CPU runs. */
  readonly args?: readonly string[];
  /** Variables added to the environment. Default: none. */
  readonly env?: Readonly<Record<string, string>>;
  /** Text for standard input. Default: none. */
  readonly input?: string;
  /** Program in `bin/` of the directory. Default: the self-test. */
  readonly program?: string;
}

/** Where the Arm64 C library lies: Debian's cross packages, or the system itself on an Arm64 machine. */
export function sysroot(): string {
  const cross = '/usr/aarch64-linux-gnu';
  return existsSync(join(cross, 'lib/ld-linux-aarch64.so.1')) ? cross : '/';
}

/** What plays a processor of Arm64 Linux: the beginning of a command. */
export function emulated({ qemuCpu }: Pick<EmulatedProcessor, 'qemuCpu'>): string[] {
  return ['qemu-aarch64', '-L', sysroot(), '-cpu', qemuCpu];
}

/**
 * Runs the self-test of a bundle on an emulated processor, from a working directory that is not the bundle's.
 *
 * @throws Error when qemu-user is missing, naming the package to install
 */
export function runSelfTest(
  processor: EmulatedProcessor,
  bundleDirectory: string,
  options: SelfTestOptions = {},
): Promise<RunResult> {
  const program = join(bundleDirectory, 'bin', options.program ?? 'graviton-kernels-selftest');
  const command = [...emulated(processor), program, ...(options.args ?? [])];
  return new Promise((resolveRun, reject) => {
    // qemu writes a core file of its own on a fatal signal, into the working directory.
    const child = spawn('/bin/sh', ['-c', 'ulimit -c 0; exec "$@"', 'sh', ...command], {
      cwd: tmpdir(),
      env: { ...environmentWithoutLimit(), ...options.env },
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    // A program that ends before it reads its input closes the pipe; its status tells why.
    child.stdin.on('error', () => undefined).end(options.input ?? '');
    child.on('error', reject);
    child.on('close', (status, signal) => {
      if (status === 127) {
        reject(
          new Error(
            `kernels: 'qemu-aarch64' did not start (${stderr.trim()}). It runs Arm64 programs on this machine. ` +
              'Install it (Debian, Ubuntu: apt-get install qemu-user).',
          ),
        );
        return;
      }
      resolveRun({ status, signal, stdout, stderr });
    });
  });
}

/** A limit set by whoever runs the tests must not decide what they see. */
function environmentWithoutLimit(): NodeJS.ProcessEnv {
  const environment = { ...process.env };
  delete environment.GRAVITON_KERNELS_MAX_VARIANT;
  return environment;
}
