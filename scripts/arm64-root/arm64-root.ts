import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Arm64Instance, FIRST_ID } from './arm64-instance';
import { Arm64RootUnavailable } from './arm64-root-unavailable';
import { requirePrivileged, runPrivileged } from './privileged-program';
import { ROOT_PACKAGES, SUITE } from './root-packages';

const CACHE = path.resolve(__dirname, '../../node_modules/.cache/cdk-graviton-fleet/arm64-root');
const MERGED_USR = '--setup-hook=/usr/share/mmdebstrap/hooks/merged-usr/setup00.sh';

/** Owner of the files: the root user of enter.sh. */
const OWNER = `${FIRST_ID}:${FIRST_ID}`;

/** Any processor will do for the programs of the root itself. */
const MAKING_CPU = 'neoverse-n1';

const TOOLS = ['mmdebstrap', 'qemu-aarch64-static', 'unshare', 'nsenter', 'tar'];

/**
 * Makes the Arm64 root unless it is in the cache, and returns its archive. Packages come from the sources that apt is
 * configured with, or from Debian's own mirror on another distribution; the machine itself is not changed.
 *
 * @throws Arm64RootUnavailable when a tool, root or the packages are out of reach
 */
export async function ensureArm64Root(cache = CACHE): Promise<string> {
  const archive = path.join(cache, `${contentKey()}.tar`);
  if (fs.existsSync(archive)) {
    return archive;
  }
  requireTools();
  fs.mkdirSync(cache, { recursive: true });
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'graviton-fleet-root-'));
  const partial = `${archive}.${process.pid}`;
  try {
    const root = await extractPackages(scratch);
    await furnish(new Arm64Instance(root, MAKING_CPU));
    const output = fs.openSync(partial, 'w');
    await requirePrivileged('tar', ['--create', '--numeric-owner', '--directory', root, '.'], { output });
    fs.closeSync(output);
    fs.renameSync(partial, archive);
  } finally {
    fs.rmSync(partial, { force: true });
    await requirePrivileged('rm', ['--recursive', '--force', scratch]);
  }
  return archive;
}

/** A new instance in a directory that does not exist yet. */
export async function createInstance(archive: string, directory: string, qemuCpu: string): Promise<Arm64Instance> {
  await requirePrivileged('mkdir', ['--mode=0755', directory]);
  await requirePrivileged('tar', [
    ...['--extract', '--preserve-permissions', '--numeric-owner'],
    ...['--file', archive, '--directory', directory],
  ]);
  return new Arm64Instance(directory, qemuCpu);
}

function requireTools(): void {
  const missing = TOOLS.filter((tool) => spawnSync('sh', ['-c', `command -v ${tool}`]).status !== 0);
  if (missing.length > 0) {
    const remedy = 'Install them (Debian, Ubuntu: apt-get install mmdebstrap qemu-user-static debian-archive-keyring)';
    throw new Arm64RootUnavailable(`${missing.join(', ')} not found`, remedy);
  }
}

/** Only extracts: maintainer scripts would run under emulation for a minute, and need a system that boots. */
async function extractPackages(scratch: string): Promise<string> {
  const file = path.join(scratch, 'packages.tar');
  const options = ['--mode=root', '--variant=extract', '--architectures=arm64', MERGED_USR];
  const packages = `--include=${ROOT_PACKAGES.join(',')}`;
  const result = await runPrivileged('mmdebstrap', [...options, packages, SUITE, file, ...configuredSources()]);
  if (result.status !== 0) {
    const remedy = 'Check the connection to the package mirror and the sources of apt, then run again';
    throw new Arm64RootUnavailable(`mmdebstrap failed:\n${result.stderr.slice(-1500)}\n`, remedy);
  }
  const root = path.join(scratch, 'root');
  await requirePrivileged('mkdir', ['--mode=0755', root]);
  // The directories of devices and kernel file systems are mounted over; the user of enter.sh cannot own device nodes.
  await requirePrivileged('tar', ['--extract', '--exclude=./dev/*', '--file', file, '--directory', root]);
  await requirePrivileged('chown', ['--recursive', '--no-dereference', OWNER, root]);
  return root;
}

/** The sources of this machine for the same suite, as lines of sources.list. */
function configuredSources(): string[] {
  const format = '$(ORIGIN)|$(CODENAME)|$(COMPONENT)|$(REPO_URI)';
  const targets = spawnSync('apt-get', ['indextargets', '--format', format, 'Identifier: Packages'], {
    encoding: 'utf8',
  });
  const lines = (targets.stdout ?? '').split('\n').map((line) => line.split('|'));
  const suitable = lines.filter(
    ([origin, codename, component]) =>
      origin === 'Debian' &&
      component === 'main' &&
      [SUITE, `${SUITE}-updates`, `${SUITE}-security`].includes(codename),
  );
  return [...new Set(suitable.map(([, codename, component, uri]) => `deb ${uri} ${codename} ${component}`))];
}

async function furnish(root: Arm64Instance): Promise<void> {
  const standIns = spawnSync('tar', ['--create', '--owner=0', '--group=0', '--directory', __dirname, 'stand-ins'], {
    maxBuffer: 1 << 26,
  });
  await root.script('tar --extract --directory /usr/share', { input: standIns.stdout });
  await root.script(fs.readFileSync(path.join(__dirname, 'furnish.sh'), 'utf8'));
}

/** Changes with whatever the root is made from. */
function contentKey(): string {
  const hash = createHash('sha256').update(SUITE).update(ROOT_PACKAGES.join());
  hash.update(fs.readFileSync(path.join(__dirname, 'furnish.sh')));
  const standIns = path.join(__dirname, 'stand-ins');
  const files = fs.readdirSync(standIns, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const file of files.map((entry) => path.join(entry.parentPath, entry.name)).sort()) {
    hash.update(path.relative(standIns, file)).update(fs.readFileSync(file));
  }
  return `${SUITE}-${hash.digest('hex').slice(0, 16)}`;
}
