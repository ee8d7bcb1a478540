import { CpuFeature } from '../../catalog/cpu-feature';
import { nearestWords } from '../../catalog/private/edit-distance';
import { UsageError } from '../usage-error';

/** Something that is said of a file, or of all files in a directory: then the path ends with `/`. */
export interface PathRule<T> {
  readonly path: string;
  readonly value: T;
}

/** A variant's name, and the CPU features that it may need; undefined when those of its code are to be taken. */
export interface VariantRule {
  readonly name: string;
  readonly requires?: readonly CpuFeature[];
}

const KNOWN_FEATURES: readonly string[] = Object.values(CpuFeature);

/** What the first fitting rule says of a file. An exact path goes before a directory. */
export function ruleFor<T>(rules: readonly PathRule<T>[], file: string): T | undefined {
  const exact = rules.find(({ path }) => path === file);
  return (exact ?? rules.find(({ path }) => path.endsWith('/') && file.startsWith(path)))?.value;
}

/** Reads `path=name` or `path=name:feature,feature`. */
export function variantRule(text: string): PathRule<VariantRule> {
  const { path, value } = split('--variant', text, 'path=name or path=name:feature,feature');
  const [name, features] = value.split(':');
  if (!/^\w+$/.test(name)) {
    throw new UsageError(`--variant ${text}: got the name ${JSON.stringify(name)}, allowed letters, digits and "_"`);
  }
  return { path, value: { name, requires: features === undefined ? undefined : featureList('--variant', features) } };
}

/** Reads `path=feature,feature`. */
export function featureRule(option: string, text: string): PathRule<readonly CpuFeature[]> {
  const { path, value } = split(option, text, 'path=feature,feature');
  return { path, value: featureList(option, value) };
}

/** Reads `path=flags`. */
export function flagRule(text: string): PathRule<readonly string[]> {
  const { path, value } = split('--flags-of', text, 'path=flags');
  return { path, value: words(value) };
}

/** The words of a command line. */
export function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

function split(option: string, text: string, allowed: string): PathRule<string> {
  const at = text.indexOf('=');
  if (at < 1) {
    throw new UsageError(`${option}: got ${JSON.stringify(text)}, allowed ${allowed}`);
  }
  return { path: text.slice(0, at), value: text.slice(at + 1) };
}

function featureList(option: string, text: string): CpuFeature[] {
  const names = text.split(',').filter((name) => name !== '');
  for (const name of names.filter((each) => !KNOWN_FEATURES.includes(each))) {
    const [nearest] = nearestWords(name, KNOWN_FEATURES, 2, 1);
    const hint = nearest === undefined ? '' : `: is ${nearest} meant?`;
    throw new UsageError(
      `${option}: got the CPU feature ${name}, allowed HWCAP names such as asimddp, as /proc/cpuinfo prints them${hint}`,
    );
  }
  return names as CpuFeature[];
}
