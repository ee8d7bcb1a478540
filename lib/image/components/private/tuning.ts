import { Problem } from '../../../validation';
import { bashStep, ComponentPhases, fileStep } from '../../private/component-document';
import { TransparentHugePages } from '../transparent-huge-pages';
import { TuningOptions } from '../tuning-options';

const SYSCTL_FILE = '/etc/sysctl.d/90-graviton-tuning.conf';
const TMPFILES_FILE = '/etc/tmpfiles.d/graviton-tuning.conf';
const HUGE_PAGES = '/sys/kernel/mm/transparent_hugepage';

/** Run-time tuning of the aws-graviton-getting-started guide (2026-07), apart from huge pages. */
const KERNEL_PARAMETERS: Record<string, string> = {
  'kernel.numa_balancing': '0',
  'vm.swappiness': '1',
  'vm.max_map_count': '262144',
};

/** Every parameter that is no kernel parameter. */
export function tuningProblems({ kernelParameters = {} }: TuningOptions): Problem[] {
  return Object.entries(kernelParameters)
    .filter(([name, value]) => !/^[a-z0-9_]+([./][\w*-]+)+$/i.test(name) || !/^[\w .:+-]+$/.test(value))
    .map(([name, value]) => ({
      what: `kernelParameters ${name}`,
      got: JSON.stringify(value),
      allowed: 'a name such as vm.swappiness with a value of letters, digits and spaces',
      fix: 'write it as sysctl prints it',
    }));
}

/** Sets huge pages and kernel parameters at each boot, and reads them back on a booted instance of the AMI. */
export function tuningPhases(options: TuningOptions): ComponentPhases {
  const { transparentHugePages = TransparentHugePages.MADVISE } = options;
  const { kernelParameters = {} } = options;
  const parameters = { ...KERNEL_PARAMETERS, ...kernelParameters };
  return {
    build: [
      fileStep('WriteKernelParameters', SYSCTL_FILE, sysctlFile(parameters)),
      fileStep('WriteHugePages', TMPFILES_FILE, tmpfilesFile(transparentHugePages)),
    ],
    validate: [
      bashStep(
        'CheckFiles',
        `systemd-tmpfiles --create ${TMPFILES_FILE}`,
        // A parameter that this kernel lacks is skipped here as at boot; the test misses those that the user asked for.
        `sysctl --quiet --ignore --load ${SYSCTL_FILE}`,
      ),
    ],
    test: [bashStep('CheckTuning', ...checkLines(parameters, Object.keys(kernelParameters), transparentHugePages))],
  };
}

/** The - lets systemd go on without parameters that a kernel was built without, such as that of NUMA balancing. */
function sysctlFile(parameters: Record<string, string>): string {
  return Object.entries(parameters)
    .map(([name, value]) => `-${name} = ${value}\n`)
    .join('');
}

/** tmpfiles.d(5): w writes to a file if it exists, so that a kernel without pages of 64 KiB boots all the same. */
function tmpfilesFile(pages: TransparentHugePages): string {
  return [
    `w ${HUGE_PAGES}/enabled - - - - ${pages}`,
    // Reclaims in the background for the others, and at once for who asked with madvise.
    `w ${HUGE_PAGES}/defrag - - - - defer+madvise`,
    `w ${HUGE_PAGES}/hugepages-64kB/enabled - - - - ${pages}`,
    '',
  ].join('\n');
}

/** Reads the settings back. Only what the user asked for must exist: a kernel may be built without the others. */
function checkLines(parameters: Record<string, string>, required: string[], pages: TransparentHugePages): string[] {
  return [
    'failed=0',
    'expect() { [ "$2" = "$3" ] || { echo "$1: got $2, expected $3" >&2; failed=1; }; }',
    'chosen() { sed "s/.*\\[\\(.*\\)\\].*/\\1/" "$1"; }',
    `expect "transparent huge pages" "$(chosen ${HUGE_PAGES}/enabled)" ${pages}`,
    `if [ -e ${HUGE_PAGES}/hugepages-64kB/enabled ]; then`,
    `  expect "huge pages of 64 KiB" "$(chosen ${HUGE_PAGES}/hugepages-64kB/enabled)" ${pages}`,
    'fi',
    'value() { sysctl -n "$1" | tr "\\t" " "; }',
    ...Object.entries(parameters).map(([name, value]) => {
      const check = `expect ${name} "$(value ${name})" "${value}"`;
      return required.includes(name) ? check : `! [ -e /proc/sys/${name.split('.').join('/')} ] || ${check}`;
    }),
    'exit "$failed"',
  ];
}
