import { SELF_TEST_SCRIPT, SourceBuild } from '../../../kernels/source/source-build';
import { NODE, NODE_PACKAGE } from '../programs/node-js';

/** Where things lie on the builder while a bundle is compiled. */
export interface SourcePlaces {
  /** A directory for the build alone. */
  readonly work: string;
  /** The sources as a zip archive. */
  readonly archive: string;
  /** The program that makes a bundle of a directory. */
  readonly command: string;
  /** The user's build command as a script. */
  readonly buildCommand: string;
  /** The script that runs the self-tests. */
  readonly selfTest: string;
  /** The finished bundle. */
  readonly bundle: string;
  /** The file with the bundle's digest. */
  readonly digest: string;
}

/** Compiles every target, makes a bundle of what they left, and takes away what only the build needed. */
export function buildScript(source: SourceBuild, places: SourcePlaces): string[] {
  return [
    ...installTools(source),
    `rm -rf ${places.work} && mkdir -p ${places.work}/source ${places.work}/bundle/bin`,
    `unzip -q ${places.archive} -d ${places.work}/source`,
    'variants=()',
    ...FIRST_KNOWN_FLAGS,
    ...buildTargetFunction(source, places),
    ...source.targets.map(({ id, features, flagCandidates }) =>
      ['build_target', id, features.join(','), ...flagCandidates].join(' '),
    ),
    ...createBundle(source, places),
    ...removeTools(places),
  ];
}

/**
 * Prints the first of its arguments that the compiler takes: Amazon Linux has several compilers, and what they know of
 * the newer cores differs by version and by back-ports.
 */
export const FIRST_KNOWN_FLAGS = [
  'first_known_flags() {',
  '  local flags',
  '  for flags in "$@"; do',
  '    if "$CC" "$flags" -Werror -Wno-unused-command-line-argument -x c -c /dev/null -o /dev/null 2>/dev/null; then',
  '      echo "$flags"',
  '      return',
  '    fi',
  '  done',
  '  echo "$CC knows none of: $*" >&2',
  '  return 1',
  '}',
];

function installTools({ compiler, packages, runtimePackages }: SourceBuild): string[] {
  const { cCommand, cxxCommand } = compiler;
  const buildPackages = [...new Set([...compiler.packages, ...packages, NODE_PACKAGE, 'unzip'])];
  return [
    ...(runtimePackages.length > 0 ? [`dnf install -y ${runtimePackages.join(' ')}`] : []),
    `installed() { rpm -qa --queryformat '%{NAME}\\n' | LC_ALL=C sort -u; }`,
    'before=$(installed)',
    `dnf install -y ${buildPackages.join(' ')}`,
    `export CC=${cCommand} CXX=${cxxCommand}`,
    'for tool in "$CC" "$CXX"; do',
    '  command -v "$tool" >/dev/null || {',
    `    echo "$tool: not found after the installation of ${compiler.packages.join(' ')}: name the packages of the compiler" >&2`,
    '    exit 1',
    '  }',
    'done',
  ];
}

/** Each target gets sources and output of its own, so that no build finds the objects of another. */
function buildTargetFunction({ name, selfTest }: SourceBuild, { work, buildCommand }: SourcePlaces): string[] {
  return [
    'build_target() {',
    '  local target=$1 features=$2 flags',
    '  shift 2',
    '  flags="-O3 $(first_known_flags "$@")"',
    `  echo "${name}: building $target with $CC $flags"`,
    `  cp -a ${work}/source "${work}/$target"`,
    `  mkdir -p "${work}/output/$target"`,
    `  (cd "${work}/$target" && TARGET=$target OUTPUT="${work}/output/$target" CFLAGS=$flags CXXFLAGS=$flags \\`,
    `    bash -euo pipefail ${buildCommand})`,
    // Installed libraries often come with links to them, which a bundle cannot hold.
    `  cp -rL --preserve=mode "${work}/output/$target" "${work}/bundle/$target"`,
    `  if [ ! -f "${work}/bundle/$target/${selfTest}" ]; then`,
    `    echo "${name}: the build of $target left no ${selfTest} in OUTPUT: put the self-test there, or change selfTest" >&2`,
    '    exit 1',
    '  fi',
    `  chmod u+x "${work}/bundle/$target/${selfTest}"`,
    '  variants+=(--variant "$target/=$target:$features" --flags-of "$target/=$flags")',
    '}',
  ];
}

function createBundle(source: SourceBuild, { work, command, selfTest, bundle, digest }: SourcePlaces): string[] {
  const { name, version, sourceRevision } = source;
  const revision = sourceRevision === undefined ? [] : [`--source-revision ${sourceRevision}`];
  return [
    `install -m 0755 ${selfTest} ${work}/bundle/${SELF_TEST_SCRIPT}`,
    `compiler=$("$CC" --version | head -n 1 | grep -qi clang && echo clang || echo gcc)`,
    `compiler="$compiler $("$CC" -dumpfullversion 2>/dev/null || "$CC" -dumpversion)"`,
    [
      `${NODE} ${command} create ${work}/bundle --name ${name} --version ${version} --self-test ${SELF_TEST_SCRIPT}`,
      `--compiler "$compiler"`,
      ...revision,
      '"${variants[@]}"',
    ].join(' '),
    `rm -rf ${bundle} && mkdir -p "$(dirname ${bundle})" "$(dirname ${digest})"`,
    `mv ${work}/bundle ${bundle}`,
    `chmod -R u=rwX,go=rX ${bundle}`,
    `python3 -c 'import json; print(json.load(open("${bundle}/manifest.json"))["digest"])' >${digest}`,
  ];
}

/** A compiler on the AMI would only be of use to an intruder. */
function removeTools({ work, archive, command, selfTest, buildCommand }: SourcePlaces): string[] {
  return [
    `rm -rf ${work} ${archive} ${command} ${selfTest} ${buildCommand}`,
    'mapfile -t added < <(LC_ALL=C comm -13 <(echo "$before") <(installed))',
    'if [ ${#added[@]} -gt 0 ]; then dnf remove -y "${added[@]}"; fi',
  ];
}

/**
 * Runs the self-test of each target that the CPU runs, going by the features that Linux shows, the last target first;
 * with `--list` it prints their names. That none runs is a failure.
 */
export function selfTestScript({ name, targets, selfTest }: SourceBuild): string {
  return [
    '#!/bin/bash',
    'set -euo pipefail',
    'bundle=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)',
    'available="$(grep -m 1 ^Features /proc/cpuinfo | cut -d : -f 2 || true) "',
    'runs=()',
    'consider() {',
    '  local target=$1 feature',
    '  shift',
    '  for feature in "$@"; do',
    '    [[ $available == *" $feature "* ]] || return 0',
    '  done',
    '  runs+=("$target")',
    '}',
    ...[...targets].reverse().map(({ id, features }) => `consider ${[id, ...features].join(' ')}`),
    'if [ ${#runs[@]} -eq 0 ]; then',
    `  echo "${name}: no target (${targets.map(({ id }) => id).join(', ')}) runs on this CPU, which has:$available" >&2`,
    '  exit 1',
    'fi',
    'for target in "${runs[@]}"; do',
    '  if [ "${1-}" = --list ]; then',
    '    echo "$target"',
    `  elif ! "$bundle/$target/${selfTest}"; then`,
    `    echo "${name}: the self-test of $target failed" >&2`,
    '    exit 1',
    '  fi',
    'done',
    '',
  ].join('\n');
}
