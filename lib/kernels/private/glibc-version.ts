import { VersionNeed } from '../elf/elf-dynamic';

/** The C library of Amazon Linux 2023 (Amazon Linux 2023 User Guide, "Core glibc packages", 2026). */
export const AMAZON_LINUX_2023_GLIBC = '2.34';

/** Names of versions without a number, and the glibc that brought them (glibc's NEWS of 2.36). */
const NAMED_VERSIONS = new Map([['GLIBC_ABI_DT_RELR', '2.36']]);

/** The newest glibc whose symbols are needed; undefined when none is. */
export function newestGlibc(needs: readonly VersionNeed[]): string | undefined {
  const versions = needs.flatMap(({ version }) => {
    const numbered = /^GLIBC_(\d+\.\d+)/.exec(version)?.[1];
    return numbered ?? NAMED_VERSIONS.get(version) ?? [];
  });
  return versions.sort(compareVersions).at(-1);
}

/** Orders versions such as 2.9 and 2.34 by their numbers. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number));
  return left[0] - right[0] || left[1] - right[1];
}

/** Whether a text is a version such as 2.34. */
export function isVersion(text: string): boolean {
  return /^\d{1,3}\.\d{1,3}$/.test(text);
}
