import { GravitonProcessor, InstanceVerdict } from '../../catalog';
import { describeUse } from '../isa/feature-use';
import { KernelBundle } from '../kernel-bundle';
import { KernelVariant } from '../kernel-variant';

/** What a processor lacks for a variant, with the first instruction that would trap. */
export function lackOf(kernels: KernelBundle, variant: KernelVariant, processor: GravitonProcessor): string {
  const missing = kernels._missingFeatures(variant, processor);
  const uses = kernels._elfFiles.find(({ file }) => file.path === variant.path)?.uses ?? [];
  const first = uses.find(({ feature }) => missing.includes(feature));
  return `${variant.path} needs ${missing.join(', ')}${first ? ` (${first.feature}: ${describeUse(first)})` : ''}`;
}

/**
 * What a type misses of a bundle that runs on it: variants that other Graviton processors run, and lanes of predicates
 * that were compiled for longer vectors. What that costs is not known, so nothing is said of it.
 */
export function lowerVariantNote(kernels: KernelBundle, { instanceType, processor }: InstanceVerdict): string[] {
  if (processor === undefined || kernels.variantsFor(processor).length === 0) {
    return [];
  }
  const running = kernels.variantsFor(processor);
  const higher = kernels.variants.filter(
    (variant) => !running.includes(variant) && GravitonProcessor.ALL.some((other) => runsOn(kernels, variant, other)),
  );
  const lacks = higher.map((variant) => lackOf(kernels, variant, processor)).join('; ');
  const notes = [
    ...(higher.length > 0
      ? [
          `runs ${running.map(({ name }) => name).join(', ')} and not ${higher.map(({ name }) => name).join(', ')}: ${lacks}`,
        ]
      : []),
    ...running.flatMap((variant) => vectorLengthNote(kernels, variant, processor)),
  ];
  return notes.length > 0
    ? [`${instanceType} (${processor.displayName}) with ${kernels.name}: ${notes.join('. ')}.`]
    : [];
}

function runsOn(kernels: KernelBundle, variant: KernelVariant, processor: GravitonProcessor): boolean {
  return kernels._missingFeatures(variant, processor).length === 0;
}

function vectorLengthNote(
  kernels: KernelBundle,
  variant: KernelVariant,
  { sveVectorBits }: GravitonProcessor,
): string[] {
  const use = kernels._elfFiles.find(({ file }) => file.path === variant.path)?.vectorLength;
  if (use === undefined || sveVectorBits === undefined || use.leastVectorBits <= sveVectorBits) {
    return [];
  }
  const where = use.symbol ?? `0x${use.address.toString(16)}`;
  return [
    `${variant.path} has a PTRUE for vectors of ${use.leastVectorBits} bits (at ${where}), which here are of ` +
      `${sveVectorBits}: it gives no lane, and wrong results unless the code checks the length`,
  ];
}
