import { describeUse } from '../../kernels/isa/feature-use';
import { Problem } from '../../validation/problem';
import { row } from '../row';
import { BundleReport, FileReport, ProcessorReport } from './bundle-report';

/** A bundle for people: its files, the verdict on each Graviton, and its problems. */
export function formatBundleReport(report: BundleReport): string {
  const { directory, name, version, digest, files, processors, problems } = report;
  return [
    name === undefined ? directory : `${name} ${version} (${digest})`,
    ...(name === undefined ? [] : formatProvenance(report)),
    ...files.flatMap((file) => ['', ...formatFile(file)]),
    ...(processors.length > 0 ? ['', ...processors.map(formatProcessor)] : []),
    ...(problems.length > 0 ? ['', problems.length === 1 ? '1 problem:' : `${problems.length} problems:`] : []),
    ...formatProblems(problems),
  ].join('\n');
}

/** Problems for people, numbered. */
export function formatProblems(problems: readonly Problem[]): string[] {
  return problems.map(
    ({ what, got, allowed, fix }, index) => `  ${index + 1}. ${what}: got ${got}, allowed ${allowed}: ${fix}`,
  );
}

/** Which processors run what, a line for each. */
export function formatProcessor({ processor, variants, lacking }: ProcessorReport): string {
  const runs = variants.length > 0 ? `runs ${variants.join(', ')}` : 'runs nothing';
  const lacks = Object.entries(lacking).map(([variant, features]) => `${variant} lacks ${features.join(', ')}`);
  return `${processor}: ${[runs, ...lacks].join('; ')}`;
}

function formatProvenance({ compiler, sourceRevision, sbom }: BundleReport): string[] {
  return [
    row('compiler', compiler === undefined ? 'not recorded' : `${compiler.name} ${compiler.version}`),
    row('source revision', sourceRevision ?? 'not recorded'),
    row('materials', sbom ?? 'not recorded'),
  ];
}

function formatFile(file: FileReport): string[] {
  const { path, role, machine, abi, codeBytes, neededLibraries, glibc, requires, guards, features } = file;
  return [
    `${path} (${role})`,
    row('machine', `${machine}, ${abi}`),
    row('code', `${codeBytes} bytes${file.codeIsToldFromData ? '' : '; stripped: data among it is read as code'}`),
    row('needs libraries', neededLibraries.join(', ') || 'none'),
    row('needs glibc', glibc ?? 'none'),
    ...(file.flags === undefined ? [] : [row('compiled with', file.flags.join(' '))]),
    row('requires', requires.join(', ') || 'nothing'),
    ...(guards.length > 0 ? [row('guards', guards.join(', '))] : []),
    ...(features.length === 0 ? [row('code needs', 'nothing beyond Armv8.0')] : []),
    ...features.map((use, index) =>
      row(index === 0 ? 'code needs' : '', `${use.feature}: ${describeUse(use)}, ${use.count} in all`),
    ),
    ...(file.leastVectorBits === undefined ? [] : [row('SVE vectors', `of ${file.leastVectorBits} bits at least`)]),
  ];
}
