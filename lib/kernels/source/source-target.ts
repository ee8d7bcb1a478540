import { CpuFeature } from '../../catalog/cpu-feature';
import { GravitonProcessor } from '../../catalog/graviton-processor';

/** A processor that a bundle is compiled for. */
export interface SourceTarget {
  /** The processor's id, which names the variant. */
  readonly id: string;
  /** What the code may use: what the bundle declares of the variant. */
  readonly features: readonly CpuFeature[];
  /** Flags of the compiler, best first; the first that the compiler knows is taken. */
  readonly flagCandidates: readonly string[];
}

/** Every Arm64 compiler knows this. */
const BASELINE = ['-march=armv8-a'];
const GRAVITON2 = ['-mcpu=neoverse-n1', '-march=armv8.2-a+fp16+rcpc+dotprod', ...BASELINE];
const GRAVITON3 = ['-mcpu=neoverse-v1', '-march=armv8.4-a+sve+bf16+i8mm', ...GRAVITON2];
// The compilers' Neoverse V2 and V3 have memory tagging, V3 also 64-byte stores, and the instances expose neither.
const GRAVITON4 = ['-mcpu=neoverse-v2+nomemtag', '-march=armv9-a+bf16+i8mm', ...GRAVITON3];
const GRAVITON5 = ['-mcpu=neoverse-v3+nomemtag+nols64', '-mcpu=neoverse-v3+nomemtag', ...GRAVITON4];

const FLAG_CANDIDATES: Record<string, readonly string[]> = {
  graviton2: GRAVITON2,
  graviton3: GRAVITON3,
  graviton3e: GRAVITON3,
  graviton4: GRAVITON4,
  graviton5: GRAVITON5,
};

/**
 * Features of a processor that a variant does not claim: those that every Arm64 CPU has, that which Linux does not show
 * to the script which chooses a variant, and the Chinese ciphers, for which a build for Graviton3 would be kept from
 * Graviton4 and 5 while no compiler uses them by itself.
 */
const NOT_CLAIMED = [CpuFeature.FP, CpuFeature.ASIMD, CpuFeature.LOR, CpuFeature.SM3, CpuFeature.SM4];

/** How a bundle is compiled for a processor. */
export function sourceTarget(processor: GravitonProcessor): SourceTarget {
  return {
    id: processor.id,
    features: processor.features.filter((feature) => !NOT_CLAIMED.includes(feature)),
    flagCandidates: FLAG_CANDIDATES[processor.id],
  };
}
