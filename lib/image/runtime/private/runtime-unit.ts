import { REPORT_CRASH } from '../../private/instance-metrics';
import { RuntimeContract } from './runtime-contract';

export const TEMPLATE_UNIT = 'inference-runtime@.service';

/** Seconds to finish what was accepted: the notice of a Spot interruption is 120 s. A fleet may raise it at boot. */
export const STOP_SECONDS = 110;

/** The same in a command line of a unit. */
export const STOP_SECONDS_VARIABLE = '${INFERENCE_STOP_SECONDS}';

/** Seconds that the built-in server lets a request take, where a fleet may say it at boot. */
export const REQUEST_SECONDS_VARIABLE = '${INFERENCE_REQUEST_SECONDS}';

/** Seconds more until systemd ends what does not stop. */
export const STOP_MARGIN_SECONDS = 5;

/** What a process finds in its environment, and arguments may name. The drop-in of each process sets them. */
export const PROCESS_VARIABLES = [
  ...['INFERENCE_PROCESS', 'INFERENCE_CPUS', 'INFERENCE_NODES', 'INFERENCE_THREADS'],
  ...['INFERENCE_HOST', 'INFERENCE_PORT', 'INFERENCE_SLOTS'],
];

const LITERAL_DOLLAR = new RegExp(
  `\\$(?!\\{(?:${[...PROCESS_VARIABLES, 'INFERENCE_STOP_SECONDS', 'INFERENCE_REQUEST_SECONDS'].join('|')})\\})`,
  'g',
);

/** The unit of which every process is an instance, by its number. */
export function templateUnit(
  { placement }: RuntimeContract,
  requiredUnits: readonly string[],
  service: readonly string[],
  wantedUnits: readonly string[] = [],
): string {
  const required = ['graviton-kernels.service', ...requiredUnits];
  const wanted = [...wantedUnits, 'network-online.target'];
  return [
    '[Unit]',
    'Description=Inference runtime, process %i',
    `Requires=${required.join(' ')}`,
    `After=${[...required, ...wanted].join(' ')}`,
    `Wants=${wanted.join(' ')}`,
    'PartOf=inference-runtime.target',
    // What is started later is stopped first: the proxy finishes its requests while the processes still run.
    ...(placement.usesProxy ? ['Before=inference-proxy.service'] : []),
    '',
    '[Service]',
    `Environment=INFERENCE_STOP_SECONDS=${STOP_SECONDS}`,
    ...service,
    // OnFailure= would not see a process that is started again.
    `ExecStopPost=-${REPORT_CRASH}`,
    'Restart=always',
    'RestartSec=5',
    `TimeoutStopSec=${STOP_SECONDS + STOP_MARGIN_SECONDS}`,
    '',
  ].join('\n');
}

/** Words as one command line of a unit. */
export function commandLine(words: readonly string[]): string {
  return words.map(quoteForSystemd).join(' ');
}

/**
 * systemd.service(5), "Command lines": double quotes with backslash escapes; % and $ are doubled to be literal. Only the
 * variables of the contract are left for systemd to fill in, which it does inside of words without splitting them.
 */
function quoteForSystemd(argument: string): string {
  const escaped = argument.replace(/[\\"]/g, '\\$&').replace(/%/g, '%%').replace(LITERAL_DOLLAR, '$$$$');
  return /^[\w@:/.,=+-]+$/.test(argument) ? argument : `"${escaped}"`;
}
