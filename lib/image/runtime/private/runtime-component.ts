import { bashStep, ComponentPhases, ComponentStep, fileStep } from '../../private/component-document';
import { ON_INSTANCE_PROGRAMS, onInstanceFile, programStep, unitStep } from '../../private/on-instance-file';
import { contractFile, RuntimeContract } from './runtime-contract';
import { TEMPLATE_UNIT } from './runtime-unit';

const GENERATOR = '/etc/systemd/system-generators/inference-processes';

/** What differs from runtime to runtime. */
export interface RuntimeParts {
  /** Build steps that bring the runtime onto the AMI. */
  readonly install: readonly ComponentStep[];
  /** Text of the unit of which each process is an instance. */
  readonly templateUnit: string;
  /** Lines of bash that fail when something is missing on the AMI. */
  readonly checks: readonly string[];
  /** Lines of bash that fail when something is missing on an instance of the AMI. */
  readonly tests: readonly string[];
}

/** Installs a runtime: its processes, and the proxy that they share the instance's port through. */
export function runtimePhases(contract: RuntimeContract, parts: RuntimeParts): ComponentPhases {
  const { usesProxy } = contract.placement;
  const units = ['inference-runtime.target', ...(usesProxy ? ['inference-proxy.service'] : [])];
  return {
    build: [
      ...parts.install,
      ...(usesProxy ? [bashStep('InstallProxy', 'dnf install -y haproxy')] : []),
      bashStep('MakeDirectories', `mkdir -p /etc/graviton ${ON_INSTANCE_PROGRAMS} /etc/systemd/system-generators`),
      fileStep('WriteContract', '/etc/graviton/runtime.json', contractFile(contract)),
      fileStep('WriteLayout', `${ON_INSTANCE_PROGRAMS}/process_layout.py`, onInstanceFile('runtime/process_layout.py')),
      programStep('WriteGenerator', 'runtime/generate-processes'),
      ...(usesProxy ? [programStep('WriteProxyConfig', 'runtime/proxy-config')] : []),
      fileStep('WriteUnit', `/etc/systemd/system/${TEMPLATE_UNIT}`, parts.templateUnit),
      ...units.map((unit) => unitStep(`runtime/${unit}`)),
      bashStep(
        'EnableUnits',
        `chmod 0755 ${ON_INSTANCE_PROGRAMS}/*`,
        `ln -sf ${ON_INSTANCE_PROGRAMS}/generate-processes ${GENERATOR}`,
        'systemctl daemon-reload',
        `systemctl enable ${units.join(' ')}`,
      ),
    ],
    validate: [bashStep('CheckUnits', ...checkLines(units, usesProxy), ...parts.checks)],
    test: [bashStep('CheckEnabled', `systemctl is-enabled ${units.join(' ')}`, ...parts.tests)],
  };
}

/** The generator and the proxy's configuration are tried on the builder, so that they cannot fail on each instance. */
function checkLines(units: readonly string[], usesProxy: boolean): string[] {
  const files = [TEMPLATE_UNIT, ...units].map((unit) => `/etc/systemd/system/${unit}`);
  return [
    `systemd-analyze verify ${files.join(' ')}`,
    'trial=$(mktemp -d)',
    `${GENERATOR} "$trial" "$trial" "$trial"`,
    'test -n "$(ls "$trial/inference-runtime.target.wants")"',
    ...(usesProxy
      ? [`${ON_INSTANCE_PROGRAMS}/proxy-config "$trial/haproxy.cfg"`, 'haproxy -c -f "$trial/haproxy.cfg"']
      : []),
    'rm -r "$trial"',
  ];
}
