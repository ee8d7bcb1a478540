import { bashStep, ComponentPhases, fileStep } from '../../private/component-document';

const SYSCTL_FILE = '/etc/sysctl.d/91-graviton-hardening.conf';

/**
 * Kernel and network settings of the CIS Amazon Linux 2023 Benchmark 1.0 that neither Docker, Systems Manager nor the
 * metadata service minds. Forwarding is left alone: Docker needs it.
 */
const KERNEL_PARAMETERS: Record<string, string> = {
  'fs.protected_fifos': '1',
  'fs.protected_hardlinks': '1',
  'fs.protected_regular': '1',
  'fs.protected_symlinks': '1',
  'fs.suid_dumpable': '0',
  'kernel.core_pattern': '|/bin/false',
  'kernel.dmesg_restrict': '1',
  'kernel.kptr_restrict': '1',
  'kernel.randomize_va_space': '2',
  'kernel.unprivileged_bpf_disabled': '1',
  'kernel.yama.ptrace_scope': '1',
  'net.ipv4.conf.all.accept_redirects': '0',
  'net.ipv4.conf.all.accept_source_route': '0',
  'net.ipv4.conf.all.send_redirects': '0',
  'net.ipv4.conf.default.accept_redirects': '0',
  'net.ipv4.conf.default.accept_source_route': '0',
  'net.ipv4.conf.default.send_redirects': '0',
  'net.ipv4.icmp_echo_ignore_broadcasts': '1',
  'net.ipv4.tcp_syncookies': '1',
  'net.ipv6.conf.all.accept_redirects': '0',
  'net.ipv6.conf.default.accept_redirects': '0',
};

/** Files that only root may read or write, with their modes. */
const FILE_MODES: Record<string, string> = {
  '/etc/shadow': '0000',
  '/etc/gshadow': '0000',
  '/etc/ssh/sshd_config': '0600',
  '/etc/crontab': '0600',
  '/boot/grub2/grub.cfg': '0600',
};

/** What earlier steps or the base image may have left behind and no instance should inherit. */
const LEFTOVERS = [
  '/root/.ssh/authorized_keys',
  '/home/*/.ssh/authorized_keys',
  '/root/.bash_history',
  '/home/*/.bash_history',
  '/etc/ssh/ssh_host_*_key',
  '/etc/ssh/ssh_host_*_key.pub',
  '/root/.aws/credentials',
  '/home/*/.aws/credentials',
];

/** Updates packages, turns SSH and core dumps off, tightens the kernel and leaves no traces of the build. */
export function hardeningPhases(): ComponentPhases {
  return {
    build: [
      // Amazon Linux 2023 is pinned to the release that its AMI came with; its fixes are in the latest one.
      bashStep('UpdatePackages', 'dnf upgrade -y --refresh --releasever=latest --security', 'dnf clean all'),
      fileStep('WriteKernelParameters', SYSCTL_FILE, sysctlFile()),
      fileStep('LimitCoreDumps', '/etc/security/limits.d/90-graviton-hardening.conf', '* hard core 0\n'),
      fileStep('KeepNoCoreDumps', '/etc/systemd/coredump.conf.d/90-graviton-hardening.conf', COREDUMP_FILE),
      bashStep('TurnOffSsh', ...TURN_OFF_SSH),
      bashStep('SetFileModes', ...Object.entries(FILE_MODES).map(setMode)),
      bashStep('RemoveLeftovers', ...REMOVE_LEFTOVERS),
    ],
    validate: [
      bashStep(
        'CheckServices',
        'systemctl is-enabled amazon-ssm-agent',
        `sysctl --quiet --ignore --load ${SYSCTL_FILE}`,
      ),
    ],
    test: [bashStep('CheckHardening', ...checkLines())],
  };
}

const COREDUMP_FILE = '[Coredump]\nStorage=none\nProcessSizeMax=0\n';

/** Sessions come through Systems Manager; cloud-init must not bring the daemon back. */
const TURN_OFF_SSH = [
  'systemctl mask sshd.service sshd.socket',
  'if rpm -q ec2-instance-connect >/dev/null; then dnf remove -y ec2-instance-connect; fi',
];

const REMOVE_LEFTOVERS = [
  `rm -f ${LEFTOVERS.join(' ')}`,
  // An empty file, and no missing one, makes systemd give each instance an id of its own.
  ': > /etc/machine-id',
  'rm -f /var/lib/systemd/random-seed /var/lib/dbus/machine-id',
];

function sysctlFile(): string {
  return Object.entries(KERNEL_PARAMETERS)
    .map(([name, value]) => `-${name} = ${value}\n`)
    .join('');
}

function setMode([file, mode]: [string, string]): string {
  return `if [ -e ${file} ]; then chown root:root ${file} && chmod ${mode} ${file}; fi`;
}

/** All that can be seen on a booted instance; each failure has its line, so that one build shows them all. */
function checkLines(): string[] {
  return [
    'failed=0',
    'expect() { [ "$2" = "$3" ] || { echo "$1: got $2, expected $3" >&2; failed=1; }; }',
    'check() { ! [ -e "/proc/sys/${1//.//}" ] || expect "$1" "$(sysctl -n "$1")" "$2"; }',
    ...Object.entries(KERNEL_PARAMETERS).map(([name, value]) => `check ${name} "${value}"`),
    'expect "sshd.service" "$(systemctl is-enabled sshd.service || true)" masked',
    `expect "listeners on port 22" "$(ss -Hltn 'sport = :22' | wc -l)" 0`,
    'expect "amazon-ssm-agent" "$(systemctl is-active amazon-ssm-agent || true)" active',
    'expect "core dump limit" "$(su -s /bin/bash nobody -c "ulimit -Hc")" 0',
    'for file in /root/.ssh/authorized_keys /home/*/.ssh/authorized_keys; do',
    '  if [ -s "$file" ]; then echo "$file: got keys, expected none" >&2; failed=1; fi',
    'done',
    ...Object.entries(FILE_MODES).map(
      ([file, mode]) => `! [ -e ${file} ] || expect ${file} "$(printf '%04d' "$(stat -c %a ${file})")" ${mode}`,
    ),
    'exit "$failed"',
  ];
}
