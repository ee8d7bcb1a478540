import * as path from 'node:path';
import { Command } from 'commander';
import { inspectBundle } from '../../kernels/private/bundle-inspection';
import { UsageError } from '../usage-error';
import { BundleRecipe } from './bundle-recipe';
import { bundleReport } from './bundle-report';
import { createBundle } from './create-bundle';
import { formatProblems, formatProcessor } from './format-bundle-report';
import { glibcOption } from './glibc-option';
import { featureRule, flagRule, PathRule, variantRule, words } from './path-rules';

/** The options of `bundle create`, as commander hands them over. */
interface CreateOptions extends Omit<
  BundleRecipe,
  'directory' | 'variants' | 'dispatchers' | 'requires' | 'guards' | 'flags' | 'glibcVersion'
> {
  readonly variant?: BundleRecipe['variants'];
  readonly dispatcher?: readonly string[];
  readonly requires?: BundleRecipe['requires'];
  readonly guards?: BundleRecipe['guards'];
  readonly flags?: string;
  readonly flagsOf?: BundleRecipe['flags'];
  readonly glibc: string;
}

/** `graviton-fleet bundle create`: nobody writes a manifest by hand. */
export function createCommand(): Command {
  return new Command('create')
    .description(
      'Writes manifest.json and a bill of materials (CycloneDX 1.6) for the files of a directory, and checks their code. ' +
        'A path is that of a file inside the directory, or with "/" at its end of a directory there.',
    )
    .argument('<directory>', 'shared objects, self-test, licences and whatever else goes on the image')
    .requiredOption('--name <name>', 'name of the bundle: a-z, 0-9 and "-"')
    .requiredOption('--version <version>', 'version of the kernels, such as 1.2.3')
    .option('--variant <path=name:features>', VARIANT_HELP, collect(variantRule))
    .option('--self-test <path>', 'the program that proves the kernels; a program that is alone need not be named')
    .option('--dispatcher <path>', 'code that runs on every instance, before a variant is chosen', collect(String))
    .option('--requires <path=features>', 'CPU features that another file needs', collect(features('--requires')))
    .option('--guards <path=features>', 'CPU features that code asks the CPU for', collect(features('--guards')))
    .option('--compiler <name and version>', 'what compiled the files, such as "clang 19.1.7"', compilerOf)
    .option('--flags <flags>', 'flags of the compiler')
    .option('--flags-of <path=flags>', 'flags with which one file was compiled', collect(flagRule))
    .option('--source-revision <revision>', 'revision of the sources, such as a git commit')
    .option('--licence <expression>', 'SPDX licence expression of the files, for the bill of materials')
    .option('--sbom <path>', 'a bill of materials of your own, instead of the one that is written')
    .addOption(glibcOption())
    .action(create);
}

const VARIANT_HELP =
  'a shared object, the name of its ISA level, and the CPU features that it may need, by their HWCAP names; without ' +
  'features those that its code needs';

function create(directory: string, options: CreateOptions): void {
  const { variant = [], dispatcher = [], requires = [], guards = [], flags, flagsOf = [], glibc, ...rest } = options;
  const everywhere = flags === undefined ? [] : [{ path: '', value: words(flags) }];
  const problems = createBundle({
    ...rest,
    directory: path.resolve(directory),
    variants: variant,
    dispatchers: dispatcher,
    requires,
    guards,
    flags: [...flagsOf, ...everywhere],
    glibcVersion: glibc,
  });
  if (problems.length > 0) {
    throw new UsageError([`${directory}: no bundle was written:`, ...formatProblems(problems)].join('\n'));
  }
  const report = bundleReport(inspectBundle(directory, glibc));
  if (report.problems.length > 0) {
    throw new Error([`${directory} changed while it was read:`, ...formatProblems(report.problems)].join('\n'));
  }
  const { name, version, digest, processors } = report;
  process.stdout.write(`${[`${name} ${version} (${digest})`, ...processors.map(formatProcessor)].join('\n')}\n`);
}

/** Reads an option that may be given several times. */
function collect<T>(read: (text: string) => T): (text: string, before?: readonly T[]) => readonly T[] {
  return (text, before = []) => [...before, read(text)];
}

function features(option: string): (text: string) => PathRule<BundleRecipe['requires'][number]['value']> {
  return (text) => featureRule(option, text);
}

function compilerOf(text: string): BundleRecipe['compiler'] {
  const [, name, version] = /^(\S.*?)\s+(\S+)$/.exec(text.trim()) ?? [];
  if (name === undefined) {
    throw new UsageError(
      `--compiler: got ${JSON.stringify(text)}, allowed a name and a version such as "clang 19.1.7"`,
    );
  }
  return { name, version };
}
