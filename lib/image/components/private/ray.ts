import { Token } from 'aws-cdk-lib';
import { Problem } from '../../../validation';
import { bashStep, ComponentPhases } from '../../private/component-document';
import { ON_INSTANCE_PROGRAMS, programStep, unitStep } from '../../private/on-instance-file';
import { RayOptions } from '../ray-options';

const DEFAULT_VERSION = '2.60.0';

/** The first version that is known to have the `priority` of a node type; 2.55.1 refuses it. */
const OLDEST_VERSION = [2, 56, 1];

/** What Ray's AWS node provider calls EC2 with; it names no version itself. */
const BOTO3 = 'boto3==1.44.5';

/**
 * Of Amazon Linux 2023 and of upstream until October 2028.
 * https://docs.aws.amazon.com/linux/al2023/ug/python.html, read 2026-11-23
 */
const PYTHON = 'python3.12';

const ENVIRONMENT = '/opt/graviton/ray';
const USER = 'graviton-ray';
const PROGRAMS = ['ray-node', 'ray-drain', 'ray-retire'];
const UNITS = ['graviton-ray.service', 'graviton-ray-drain.service', 'graviton-ray-retire.service'];

/** Everything that pip could not install, or not in the same way twice. */
export function rayProblems({ version, packages = [] }: RayOptions): Problem[] {
  return [...versionProblems(version), ...packages.flatMap(packageProblems)];
}

/** Installs Ray and its units, and proves on an instance of the AMI that a task runs. */
export function rayPhases({ version = DEFAULT_VERSION, packages = [] }: RayOptions): ComponentPhases {
  const wanted = [`ray[default]==${version}`, BOTO3, ...packages].map((text) => `'${text}'`).join(' ');
  return {
    build: [
      bashStep('InstallPython', `dnf install -y ${PYTHON} ${PYTHON}-pip`, `${PYTHON} -m venv ${ENVIRONMENT}`),
      bashStep(
        'InstallRay',
        `${ENVIRONMENT}/bin/pip install --no-cache-dir --disable-pip-version-check --only-binary=:all: ${wanted}`,
      ),
      bashStep(
        'AddUser',
        `id -u ${USER} >/dev/null 2>&1 || useradd --system --user-group --create-home --home-dir /var/lib/${USER} --shell /sbin/nologin ${USER}`,
        `mkdir -p ${ON_INSTANCE_PROGRAMS}`,
      ),
      ...PROGRAMS.map((program) => programStep(`Write-${program}`, `ray/${program}`)),
      ...UNITS.map((unit) => unitStep(`ray/${unit}`)),
      bashStep(
        'EnableUnits',
        `chmod 0755 ${PROGRAMS.map(programPath).join(' ')}`,
        'systemctl daemon-reload',
        `systemctl enable ${UNITS.join(' ')}`,
      ),
    ],
    validate: [
      bashStep(
        'CheckRay',
        `systemd-analyze verify ${UNITS.map((unit) => `/etc/systemd/system/${unit}`).join(' ')}`,
        `${ENVIRONMENT}/bin/pip check`,
        `${ENVIRONMENT}/bin/python -c 'import ray.autoscaler._private.aws.node_provider'`,
      ),
    ],
    test: [
      bashStep('CheckUnits', `systemctl is-enabled --quiet ${UNITS.join(' ')}`, `systemctl start ${UNITS.join(' ')}`),
      bashStep('RunTask', `cd /tmp && runuser -u ${USER} -- ${ENVIRONMENT}/bin/python -c '${TASK}'`),
    ],
  };
}

const TASK = [
  'import ray',
  'ray.init(num_cpus=1, include_dashboard=False)',
  'assert ray.get(ray.remote(abs).remote(-42)) == 42',
].join('\n');

function programPath(program: string): string {
  return `${ON_INSTANCE_PROGRAMS}/${program}`;
}

function versionProblems(version: string | undefined): Problem[] {
  if (version === undefined) {
    return [];
  }
  const parts = /^(\d+)\.(\d+)\.(\d+)$/.exec(version)?.slice(1).map(Number);
  if (!Token.isUnresolved(version) && parts !== undefined && isAtLeast(parts, OLDEST_VERSION)) {
    return [];
  }
  const got = Token.isUnresolved(version) ? 'a value that is only known at deployment' : JSON.stringify(version);
  const allowed = `one version from ${OLDEST_VERSION.join('.')}, such as ${DEFAULT_VERSION}`;
  return [{ what: 'version', got, allowed, fix: 'write the version out: the AMI must be the same when built again' }];
}

function isAtLeast(version: number[], oldest: number[]): boolean {
  const different = version.findIndex((part, index) => part !== oldest[index]);
  return different === -1 || version[different] > oldest[different];
}

function packageProblems(text: string): Problem[] {
  if (!Token.isUnresolved(text) && /^[A-Za-z0-9][\w.-]*(\[[\w.,-]+\])?==[A-Za-z0-9][\w.!+]*$/.test(text)) {
    return [];
  }
  const allowed = 'a name and one version, such as torch==2.9.1';
  return [{ what: 'packages', got: JSON.stringify(text), allowed, fix: 'pin it to the version that your jobs need' }];
}
