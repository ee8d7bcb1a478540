import { STOP_MARGIN_SECONDS, STOP_SECONDS } from '../../../image/runtime/private/runtime-unit';
import { FleetDrain } from '../fleet-drain';

/** Everything on the instance that finishes what it accepted when it is stopped. */
const UNITS = ['inference-runtime@.service', 'inference-proxy.service', 'graviton-worker-agent.service'];

/**
 * Commands for the first boot that give the units the fleet's longest request, or the machine's own end would cut what
 * the hook had waited for. One image may serve in fleets of different drains, so that the image cannot know.
 */
export function stopTimeCommands({ longestRequest }: FleetDrain): string[] {
  const seconds = longestRequest.toSeconds();
  if (seconds <= STOP_SECONDS) {
    return [];
  }
  const dropIn = `[Service]\\nTimeoutStopSec=${seconds + STOP_MARGIN_SECONDS}\\nEnvironment=INFERENCE_STOP_SECONDS=${seconds}\\n`;
  return [
    `for unit in ${UNITS.join(' ')}; do`,
    '  mkdir -p "/etc/systemd/system/$unit.d"',
    `  printf '${dropIn}' >"/etc/systemd/system/$unit.d/60-drain.conf"`,
    'done',
    'systemctl daemon-reload',
  ];
}
