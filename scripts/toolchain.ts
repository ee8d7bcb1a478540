import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';

/** A tool that the build or the tests run, and the Debian or Ubuntu package that brings it. */
interface Tool {
  readonly name: string;
  readonly debianPackage: string;
  /** Whether the project can do without it, as it can without the local AWS. */
  readonly optional?: boolean;
  readonly isPresent: () => boolean;
}

const isArm64 = process.arch === 'arm64';

const TOOLS: readonly Tool[] = [
  command('make', 'make'),
  command('flock', 'util-linux'),
  command('clang-19', 'clang-19'),
  command('ld.lld-19', 'lld-19'),
  command('llvm-objdump-19', 'llvm-19'),
  command('llvm-readelf-19', 'llvm-19'),
  command('llvm-mc-19', 'llvm-19'),
  command('llvm-mca-19', 'llvm-19'),
  command('cc', 'gcc'),
  file('/usr/include/stdio.h', 'libc6-dev'),
  command('qemu-aarch64', 'qemu-user'),
  file('/usr/sbin/haproxy', 'haproxy'),
  ...(isArm64
    ? []
    : [
        command('aarch64-linux-gnu-gcc', 'gcc-aarch64-linux-gnu'),
        file('/usr/aarch64-linux-gnu/include/stdio.h', 'libc6-dev-arm64-cross'),
      ]),
  command('python3', 'python3'),
  command('zip', 'zip'),
  command('unzip', 'unzip'),
  // For the instance of the load test.
  { ...file('/lib/systemd/systemd', 'systemd'), optional: true },
  // For the emulated Arm64 root of `npm run test:on-instance`.
  { ...command('mmdebstrap', 'mmdebstrap'), optional: true },
  { ...command('qemu-aarch64-static', 'qemu-user-static'), optional: true },
  { ...file('/usr/share/keyrings/debian-archive-keyring.gpg', 'debian-archive-keyring'), optional: true },
  {
    name: 'the venv module of Python',
    debianPackage: 'python3-venv',
    optional: true,
    isPresent: () => spawnSync('python3', ['-c', 'import venv, ensurepip']).status === 0,
  },
];

/** Names of Chromium and of the browser made of it, as distributions and its maker have them. */
export const BROWSERS: readonly string[] = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

const BROWSER: Tool = {
  name: 'chromium',
  debianPackage: 'chromium',
  isPresent: () => BROWSERS.some(isCommand),
};

/** What is missing on this machine, and what installs it. */
export class ToolchainIncomplete extends Error {
  public constructor(missing: readonly Tool[], why: string) {
    const names = missing.map(({ name }) => name).join(', ');
    const packages = packagesOf(missing).join(' ');
    super(`missing on this machine: ${names}; ${why}. Install them, on Debian or Ubuntu: apt-get install ${packages}`);
    this.name = 'ToolchainIncomplete';
  }
}

/**
 * Makes sure that the cross compiler, the emulator and Python are there. What is missing is installed from the
 * distribution's own packages when that needs no question: on Debian or Ubuntu, as root or with passwordless sudo.
 *
 * @param say called with what is about to be installed
 * @throws ToolchainIncomplete with one list of all that is missing and that nothing works without
 */
export function ensureToolchain(say: (text: string) => void): void {
  ensureTools(TOOLS, say);
}

/** Makes sure of the browser in which the tests look at the dashboard preview, as of the toolchain. */
export function ensureBrowser(say: (text: string) => void): void {
  ensureTools([BROWSER], say);
}

function ensureTools(tools: readonly Tool[], say: (text: string) => void): void {
  const missing = tools.filter((tool) => !tool.isPresent());
  if (missing.length === 0) {
    return;
  }
  const apt = aptGet();
  if (apt === undefined) {
    throwIfNeeded(missing, 'they cannot be installed without asking (no apt-get as root)');
    return;
  }
  const packages = packagesOf(missing);
  say(`installing ${packages.join(' ')}`);
  run([...apt, 'update']);
  const install = run([...apt, 'install', '--yes', '--no-install-recommends', ...packages]);
  const still = missing.filter((tool) => !tool.isPresent());
  throwIfNeeded(still, `apt-get did not bring them:\n${install.slice(-1500)}\n`);
}

function throwIfNeeded(missing: readonly Tool[], why: string): void {
  const needed = missing.filter(({ optional }) => !optional);
  if (needed.length > 0) {
    throw new ToolchainIncomplete(needed, why);
  }
}

function aptGet(): string[] | undefined {
  if (!isCommand('apt-get')) {
    return undefined;
  }
  if (process.getuid?.() === 0) {
    return ['apt-get'];
  }
  return spawnSync('sudo', ['-n', 'true']).status === 0 ? ['sudo', '-n', 'apt-get'] : undefined;
}

function run([name, ...args]: string[]): string {
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const result = spawnSync(name, args, { encoding: 'utf8', env: environment, maxBuffer: 1 << 26 });
  return `${result.stdout}${result.stderr}`;
}

function command(name: string, debianPackage: string): Tool {
  return { name, debianPackage, isPresent: () => isCommand(name) };
}

function isCommand(name: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${name}`]).status === 0;
}

function file(name: string, debianPackage: string): Tool {
  return { name, debianPackage, isPresent: () => fs.existsSync(name) };
}

function packagesOf(tools: readonly Tool[]): string[] {
  return [...new Set(tools.map(({ debianPackage }) => debianPackage))];
}
