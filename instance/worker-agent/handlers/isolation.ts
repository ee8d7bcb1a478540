import { ProgramHandlerConfiguration } from '../worker-configuration';

/** The kernel ends the program when the agent dies, even by SIGKILL, and no program gains rights by set-user-id files. */
const DIES_WITH_AGENT = ['setpriv', '--pdeathsig', 'KILL', '--no-new-privs', '--'];

/** A user, network, process, message and host name space of its own; its processes all end with the first. */
const NAMESPACES = [
  ...['unshare', '--user', '--map-current-user', '--net', '--ipc', '--uts'],
  ...['--pid', '--fork', '--kill-child=SIGKILL', '--mount', '--mount-proc', '--'],
];

/** Ends with the agent's own unit, for a transient unit is no child of the agent. */
const UNIT_PROPERTIES = [
  'BindsTo=graviton-worker-agent.service',
  'After=graviton-worker-agent.service',
  'DynamicUser=yes',
  'NoNewPrivileges=yes',
  'ProtectSystem=strict',
  'ProtectHome=yes',
  'PrivateTmp=yes',
  'PrivateDevices=yes',
  'PrivateNetwork=yes',
  'ProtectProc=invisible',
  'RestrictNamespaces=yes',
  'RestrictSUIDSGID=yes',
  'LockPersonality=yes',
  'CapabilityBoundingSet=',
  'TasksMax=1024',
];

/**
 * The command line that starts a job's program as isolated as configured. All of its programs are in util-linux or
 * systemd, which Amazon Linux 2023 always has.
 *
 * @param unit the name of the transient unit, for the isolation `systemd`
 * @param variables names of the environment of the program, which a transient unit does not inherit
 */
export function isolatedCommand(
  { command, isolation, unitProperties }: ProgramHandlerConfiguration,
  unit: string,
  variables: readonly string[],
): readonly string[] {
  switch (isolation) {
    case 'process':
      return [...DIES_WITH_AGENT, ...command];
    case 'namespaces':
      return [...DIES_WITH_AGENT, ...NAMESPACES, ...command];
    case 'systemd':
      return [
        ...['systemd-run', '--quiet', '--pipe', '--wait', '--collect', '--service-type=exec', `--unit=${unit}`],
        ...[...UNIT_PROPERTIES, ...unitProperties].map((property) => `--property=${property}`),
        // By name alone: systemd-run takes the values from its own environment, where nobody else reads them.
        ...variables.map((name) => `--setenv=${name}`),
        '--',
        ...command,
      ];
  }
}

/** The command line that ends a transient unit with all of its processes. */
export function stopUnitCommand(unit: string): readonly string[] {
  return ['systemctl', 'kill', '--signal=SIGKILL', `${unit}.service`];
}
