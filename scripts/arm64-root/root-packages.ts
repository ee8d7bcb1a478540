/** Debian 12. Its glibc is 2.36 and its systemd 252; Amazon Linux 2023 has 2.34 and 252. */
export const SUITE = 'bookworm';

/** What Amazon Linux 2023 brings as well, and the documents and units of an image rely on. */
export const ROOT_PACKAGES: readonly string[] = [
  'base-files',
  'base-passwd',
  'bash',
  'ca-certificates',
  'coreutils',
  'curl',
  'diffutils',
  'findutils',
  'gawk',
  'grep',
  'gzip',
  'haproxy',
  'hostname',
  'iproute2',
  'jq',
  'kmod',
  'libc-bin',
  'libpam-modules',
  'login',
  'openssl',
  'passwd',
  'procps',
  'python3',
  'sed',
  'systemd',
  'tar',
  'util-linux',
];
