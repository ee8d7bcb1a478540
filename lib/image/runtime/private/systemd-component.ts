import { Problem } from '../../../validation';
import { SystemdRuntimeOptions } from '../systemd-runtime-options';
import { RuntimeParts } from './runtime-component';
import { RuntimeContract } from './runtime-contract';
import { commandLine, STOP_SECONDS_VARIABLE, templateUnit } from './runtime-unit';
import { argumentProblems, environmentProblems } from './text-problems';

/** systemd.exec(5), "Sandboxing": what an inference server has no need of. */
const HARDENING = [
  'NoNewPrivileges=yes',
  'ProtectSystem=strict',
  'ProtectHome=yes',
  'PrivateTmp=yes',
  'PrivateDevices=yes',
  'ProtectClock=yes',
  'ProtectHostname=yes',
  'ProtectKernelLogs=yes',
  'ProtectKernelModules=yes',
  'ProtectKernelTunables=yes',
  'ProtectControlGroups=yes',
  'RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK',
  'RestrictNamespaces=yes',
  'RestrictRealtime=yes',
  'RestrictSUIDSGID=yes',
  'LockPersonality=yes',
  'SystemCallArchitectures=native',
  'UMask=0077',
];

/** Every option of a unit that cannot work, but for the contract's. */
export function systemdProblems(options: SystemdRuntimeOptions): Problem[] {
  const { command, user, environment = {}, workingDirectory, writableDirectories = [], requiredUnits = [] } = options;
  return [
    ...pathProblems('command[0]', command[0] ?? ''),
    ...argumentProblems('command', command),
    ...(user === undefined ? [] : wordProblems('user', user, /^[a-z_][a-z0-9_-]{0,31}$/, 'a user name such as llama')),
    ...environmentProblems(environment),
    ...(workingDirectory === undefined ? [] : pathProblems('workingDirectory', workingDirectory)),
    ...writableDirectories.flatMap((path, index) => pathProblems(`writableDirectories[${index}]`, path)),
    ...requiredUnits.flatMap((unit, index) =>
      wordProblems(
        `requiredUnits[${index}]`,
        unit,
        /^[\w:.@\\-]+\.(service|mount|target|socket|device|path|swap|automount)$/,
        'a unit with its type, such as mnt-models.mount',
      ),
    ),
  ];
}

function pathProblems(what: string, path: string): Problem[] {
  return wordProblems(what, path, /^\/[\w@:/.,=+-]*$/, 'an absolute path of letters, digits and @:/.,=+-_');
}

function wordProblems(what: string, got: string, pattern: RegExp, allowed: string): Problem[] {
  return pattern.test(got) ? [] : [{ what, got: JSON.stringify(got), allowed, fix: 'give one that the AMI has' }];
}

/** What a unit has beyond what users can ask for. */
export interface UnitAdditions {
  /**
   * Units that start before it, and whose failure it survives.
   *
   * @default - none
   */
  readonly wantedUnits?: readonly string[];
  /**
   * Variables of which a fleet's drop-in may change the values, which it cannot for those of the options.
   *
   * @default - none
   */
  readonly variables?: Readonly<Record<string, string>>;
}

/** Runs a program as a systemd unit. */
export function systemdParts(
  options: SystemdRuntimeOptions,
  contract: RuntimeContract,
  { wantedUnits = [], variables = {} }: UnitAdditions = {},
): RuntimeParts {
  const { command, user, requiredUnits = [] } = options;
  const settings = Object.entries(variables).map(([name, value]) => `Environment=${name}=${value}`);
  const service = [...settings, ...serviceLines(options, contract)];
  return {
    install: [],
    templateUnit: templateUnit(contract, requiredUnits, service, wantedUnits),
    checks: [`test -x ${command[0]}`, ...(user ? [`id ${user} >/dev/null`] : [])],
    tests: [`test -x ${command[0]}`],
  };
}

function serviceLines(options: SystemdRuntimeOptions, contract: RuntimeContract): string[] {
  const { command, user, environment = {}, workingDirectory, writableDirectories = [] } = options;
  // By env(1), because Environment= fills in no variables.
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  const capabilities = contract.port < 1024 && !contract.placement.usesProxy ? ' CAP_NET_BIND_SERVICE' : '';
  const drain = contract.drainCommand && commandLine(contract.drainCommand);
  return [
    'Type=exec',
    user ? `User=${user}` : 'DynamicUser=yes',
    ...(workingDirectory ? [`WorkingDirectory=${workingDirectory}`] : []),
    'StateDirectory=inference-runtime/%i',
    'CacheDirectory=inference-runtime/%i',
    ...(writableDirectories.length > 0 ? [`ReadWritePaths=${writableDirectories.join(' ')}`] : []),
    `ExecStart=${commandLine(variables.length > 0 ? ['/usr/bin/env', ...variables, ...command] : command)}`,
    ...(drain ? [`ExecStop=-/usr/bin/timeout ${STOP_SECONDS_VARIABLE} ${drain}`] : []),
    ...HARDENING,
    `CapabilityBoundingSet=${capabilities.trim()}`,
    ...(capabilities ? [`AmbientCapabilities=${capabilities.trim()}`] : []),
    'LimitNOFILE=65536',
    // Weights that are locked in memory are a common option of inference servers.
    'LimitMEMLOCK=infinity',
  ];
}
