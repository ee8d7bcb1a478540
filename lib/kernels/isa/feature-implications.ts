import { CpuFeature } from '../../catalog/cpu-feature';

/**
 * Features that a CPU with another one has as well, by the feature dependencies of the Arm Architecture Reference Manual
 * (DDI 0487, A2.2 and A2.3).
 */
const IMPLIED: Partial<Record<CpuFeature, readonly CpuFeature[]>> = {
  [CpuFeature.ASIMD]: [CpuFeature.FP],
  [CpuFeature.FPHP]: [CpuFeature.ASIMDHP],
  [CpuFeature.ASIMDHP]: [CpuFeature.FPHP],
  [CpuFeature.ASIMDFHM]: [CpuFeature.ASIMDHP],
  [CpuFeature.PMULL]: [CpuFeature.AES],
  [CpuFeature.SHA2]: [CpuFeature.SHA1],
  [CpuFeature.SHA1]: [CpuFeature.SHA2],
  [CpuFeature.SHA512]: [CpuFeature.SHA3, CpuFeature.SHA2],
  [CpuFeature.SHA3]: [CpuFeature.SHA512],
  [CpuFeature.SM3]: [CpuFeature.SM4],
  [CpuFeature.SM4]: [CpuFeature.SM3],
  [CpuFeature.ILRCPC]: [CpuFeature.LRCPC],
  [CpuFeature.LRCPC3]: [CpuFeature.ILRCPC],
  [CpuFeature.LSE128]: [CpuFeature.ATOMICS],
  [CpuFeature.FLAGM2]: [CpuFeature.FLAGM],
  [CpuFeature.DCPODP]: [CpuFeature.DCPOP],
  [CpuFeature.SVE]: [CpuFeature.ASIMDHP],
  [CpuFeature.SVE2]: [CpuFeature.SVE],
  [CpuFeature.SVE2P1]: [CpuFeature.SVE2],
  [CpuFeature.SVEAES]: [CpuFeature.SVE2],
  [CpuFeature.SVEPMULL]: [CpuFeature.SVEAES],
  [CpuFeature.SVEBITPERM]: [CpuFeature.SVE2],
  [CpuFeature.SVESHA3]: [CpuFeature.SVE2],
  [CpuFeature.SVESM4]: [CpuFeature.SVE2],
  [CpuFeature.SVEI8MM]: [CpuFeature.SVE, CpuFeature.I8MM],
  [CpuFeature.SVEBF16]: [CpuFeature.SVE, CpuFeature.BF16],
  [CpuFeature.SVEF32MM]: [CpuFeature.SVE],
  [CpuFeature.SVEF64MM]: [CpuFeature.SVE],
  [CpuFeature.SVEB16B16]: [CpuFeature.SVE2],
  [CpuFeature.SME2]: [CpuFeature.SME],
  [CpuFeature.SME2P1]: [CpuFeature.SME2],
};

/** Features that two others bring together. */
const TOGETHER: readonly (readonly [CpuFeature, CpuFeature, CpuFeature])[] = [
  [CpuFeature.SVE, CpuFeature.I8MM, CpuFeature.SVEI8MM],
  [CpuFeature.SVE, CpuFeature.BF16, CpuFeature.SVEBF16],
];

/** The given features and all that a CPU with them has for certain. */
export function withImplied(features: Iterable<CpuFeature>): ReadonlySet<CpuFeature> {
  const all = new Set<CpuFeature>([CpuFeature.FP, CpuFeature.ASIMD, ...features]);
  // A set gives what is added to it while it is walked.
  for (const feature of all) {
    IMPLIED[feature]?.forEach((implied) => all.add(implied));
    TOGETHER.filter(([a, b]) => all.has(a) && all.has(b)).forEach(([, , both]) => all.add(both));
  }
  return all;
}
