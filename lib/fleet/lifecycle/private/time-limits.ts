import { Duration } from 'aws-cdk-lib';
import { InferenceRuntime } from '../../../image';
import { DEFAULT_REQUEST_TIMEOUT } from '../../../image/runtime/private/built-in-command';
import { STOP_MARGIN_SECONDS, STOP_SECONDS, TEMPLATE_UNIT } from '../../../image/runtime/private/runtime-unit';
import { FleetDrain } from '../fleet-drain';

/** Everything on the instance that finishes what it accepted when it is stopped. */
const UNITS = [TEMPLATE_UNIT, 'inference-proxy.service', 'graviton-worker-agent.service'];

/** How long requests may take, and how long an instance that must go waits for them. */
export interface TimeLimits {
  readonly drain: FleetDrain;
  /**
   * What the built-in server lets a request take.
   *
   * @default - what its image says
   */
  readonly requestLimit?: Duration;
}

/**
 * Commands for the first boot that give the units the fleet's longest request, or the machine's own end would cut what
 * the hook had waited for, and a server would accept what the hook does not wait for. One image may serve in fleets of
 * different drains, so that the image cannot know.
 */
export function timeLimitCommands(
  { drain, requestLimit }: TimeLimits,
  { _server: server }: InferenceRuntime,
): string[] {
  const settings = [...stopSettings(drain.longestRequest.toSeconds()), ...requestSettings(requestLimit)];
  if (settings.length === 0) {
    return [];
  }
  return [
    `for unit in ${UNITS.join(' ')}; do`,
    '  mkdir -p "/etc/systemd/system/$unit.d"',
    `  printf '[Service]\\n${settings.map((setting) => `${setting}\\n`).join('')}' >"/etc/systemd/system/$unit.d/60-drain.conf"`,
    'done',
    'systemctl daemon-reload',
    // Its limits are words of its command line: a process that was quicker than this script has those of the image.
    ...(server ? [`systemctl try-restart --no-block '${TEMPLATE_UNIT.replace('@', '@*')}'`] : []),
  ];
}

function stopSettings(seconds: number): string[] {
  return seconds <= STOP_SECONDS
    ? []
    : [`TimeoutStopSec=${seconds + STOP_MARGIN_SECONDS}`, `Environment=INFERENCE_STOP_SECONDS=${seconds}`];
}

function requestSettings(limit: Duration = DEFAULT_REQUEST_TIMEOUT): string[] {
  const seconds = limit.toSeconds();
  return seconds === DEFAULT_REQUEST_TIMEOUT.toSeconds() ? [] : [`Environment=INFERENCE_REQUEST_SECONDS=${seconds}`];
}
