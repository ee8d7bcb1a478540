import { bashStep, ComponentPhases } from '../component-document';
import { ON_INSTANCE_PROGRAMS, programStep, unitStep } from '../on-instance-file';
import { KERNELS_DIRECTORY } from './kernel-component';
import { EXPECTED_DIGESTS_DIRECTORY, VERIFY_KERNELS } from './kernel-verification';

const UNITS = ['graviton-kernels.service', 'graviton-kernels-report.service'];

/**
 * Installs the programs that count what goes wrong, the one that verifies kernel bundles, and the unit that runs it at each boot, before the runtime. It must
 * come before the components that install bundles, because they run the same program. On an AMI without bundles the unit
 * finds nothing to do and the runtime starts.
 */
export function bootCheckPhases(): ComponentPhases {
  return {
    build: [
      bashStep(
        'MakeDirectories',
        `mkdir -p ${ON_INSTANCE_PROGRAMS} ${KERNELS_DIRECTORY} ${EXPECTED_DIGESTS_DIRECTORY}`,
      ),
      programStep('WriteVerifier', 'kernels/verify-kernels'),
      programStep('WriteReporter', 'metrics/report-metric'),
      // The runtime's unit runs it; its own component has no room for it beside a command of the user.
      programStep('WriteCrashReporter', 'metrics/report-crash'),
      ...UNITS.map((unit) => unitStep(`kernels/${unit}`)),
      bashStep(
        'EnableUnits',
        `chmod 0755 ${ON_INSTANCE_PROGRAMS}/*`,
        'systemctl daemon-reload',
        `systemctl enable ${UNITS[0]}`,
      ),
    ],
    validate: [
      bashStep(
        'CheckUnits',
        `systemd-analyze verify ${UNITS.map((unit) => `/etc/systemd/system/${unit}`).join(' ')}`,
        VERIFY_KERNELS,
      ),
    ],
    // Joins the check of this boot if it still runs, and fails as it does.
    test: [bashStep('CheckBoot', `systemctl start ${UNITS[0]}`)],
  };
}
