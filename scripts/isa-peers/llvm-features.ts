import { CpuFeature } from '../../lib/catalog';

/** LLVM's words for a CPU feature. */
interface LlvmFeature {
  /** What gives a CPU the feature. */
  readonly on: readonly string[];
  /** What takes it from a CPU that has everything, with all other ways to decode the same words. */
  readonly off: readonly string[];
}

function feature(name: string, ...alternatives: string[]): LlvmFeature {
  return { on: [name], off: [name, ...alternatives] };
}

/** The features of LLVM 19 by CPU feature. A feature that brings no instruction is not here. */
export const LLVM_FEATURES: Partial<Record<CpuFeature, LlvmFeature>> = {
  [CpuFeature.AES]: feature('aes'),
  [CpuFeature.ASIMDDP]: feature('dotprod'),
  [CpuFeature.ASIMDFHM]: feature('fp16fml'),
  [CpuFeature.ASIMDHP]: feature('fullfp16'),
  [CpuFeature.ASIMDRDM]: feature('rdm'),
  [CpuFeature.ATOMICS]: feature('lse'),
  [CpuFeature.BF16]: feature('bf16'),
  [CpuFeature.CPA]: feature('cpa'),
  [CpuFeature.CRC32]: feature('crc'),
  [CpuFeature.CSSC]: feature('cssc'),
  [CpuFeature.D128]: feature('d128'),
  [CpuFeature.DCPODP]: feature('ccdp'),
  [CpuFeature.DCPOP]: feature('ccpp'),
  [CpuFeature.DIT]: feature('dit'),
  [CpuFeature.ECV]: feature('ecv'),
  [CpuFeature.F8CVT]: feature('fp8'),
  [CpuFeature.F8DP2]: feature('fp8dot2', 'ssve-fp8dot2'),
  [CpuFeature.F8DP4]: feature('fp8dot4', 'ssve-fp8dot4'),
  [CpuFeature.F8FMA]: feature('fp8fma', 'ssve-fp8fma'),
  [CpuFeature.FAMINMAX]: feature('faminmax'),
  [CpuFeature.FCMA]: feature('complxnum'),
  [CpuFeature.FLAGM]: feature('flagm'),
  [CpuFeature.FLAGM2]: feature('altnzcv'),
  [CpuFeature.FPHP]: feature('fullfp16'),
  [CpuFeature.FRINT]: feature('fptoint'),
  [CpuFeature.GCS]: feature('gcs'),
  [CpuFeature.HBC]: feature('hbc'),
  [CpuFeature.I8MM]: feature('i8mm'),
  [CpuFeature.ILRCPC]: feature('rcpc-immo'),
  [CpuFeature.JSCVT]: feature('jsconv'),
  [CpuFeature.LOR]: feature('lor'),
  [CpuFeature.LRCPC]: feature('rcpc'),
  [CpuFeature.LRCPC3]: feature('rcpc3'),
  [CpuFeature.LS64]: feature('ls64'),
  [CpuFeature.LSE128]: feature('lse128'),
  [CpuFeature.LUT]: feature('lut'),
  [CpuFeature.MOPS]: feature('mops'),
  [CpuFeature.MTE]: feature('mte'),
  [CpuFeature.PACA]: feature('pauth'),
  [CpuFeature.PACG]: feature('pauth'),
  [CpuFeature.PAUTHLR]: feature('pauth-lr'),
  [CpuFeature.PMULL]: feature('aes'),
  [CpuFeature.RNG]: feature('rand'),
  [CpuFeature.SB]: feature('sb'),
  [CpuFeature.SHA1]: feature('sha2'),
  [CpuFeature.SHA2]: feature('sha2'),
  [CpuFeature.SHA3]: feature('sha3'),
  [CpuFeature.SHA512]: feature('sha3'),
  [CpuFeature.SM3]: feature('sm4'),
  [CpuFeature.SM4]: feature('sm4'),
  [CpuFeature.SME]: feature('sme'),
  [CpuFeature.SME2]: feature('sme2'),
  [CpuFeature.SME2P1]: feature('sme2p1'),
  [CpuFeature.SMEB16B16]: feature('b16b16'),
  [CpuFeature.SMEF16F16]: feature('sme-f16f16', 'sme-f8f16'),
  [CpuFeature.SMEF64F64]: feature('sme-f64f64'),
  [CpuFeature.SMEF8F16]: feature('sme-f8f16'),
  [CpuFeature.SMEF8F32]: feature('sme-f8f32'),
  [CpuFeature.SMEI16I64]: feature('sme-i16i64'),
  [CpuFeature.SMELUTV2]: feature('sme-lutv2'),
  [CpuFeature.SPECRES]: { on: ['predres', 'specres2'], off: ['predres'] },
  [CpuFeature.SSBS]: feature('ssbs'),
  [CpuFeature.SVE]: feature('sve', 'sme'),
  [CpuFeature.SVE2]: feature('sve2', 'sme'),
  [CpuFeature.SVE2P1]: feature('sve2p1', 'sme'),
  [CpuFeature.SVEAES]: feature('sve2-aes'),
  [CpuFeature.SVEB16B16]: feature('b16b16'),
  [CpuFeature.SVEBF16]: { on: ['sve', 'bf16'], off: ['bf16'] },
  [CpuFeature.SVEBITPERM]: feature('sve2-bitperm'),
  [CpuFeature.SVEF32MM]: feature('f32mm'),
  [CpuFeature.SVEF64MM]: feature('f64mm'),
  [CpuFeature.SVEI8MM]: { on: ['sve', 'i8mm'], off: ['i8mm'] },
  [CpuFeature.SVEPMULL]: feature('sve2-aes'),
  [CpuFeature.SVESHA3]: feature('sve2-sha3'),
  [CpuFeature.SVESM4]: feature('sve2-sm4'),
  [CpuFeature.THE]: feature('the'),
  [CpuFeature.TME]: feature('tme'),
  [CpuFeature.WFXT]: feature('wfxt'),
  [CpuFeature.XS]: feature('xs'),
};

/** Features of LLVM for a CPU that has all which are known here, but not these. */
export function everythingBut(names: readonly string[]): string {
  const all = Object.values(LLVM_FEATURES).flatMap(({ on, off }) => [...on, ...off]);
  // `+all` cannot be used: LLVM takes it for every feature, whatever is taken away again.
  return [...new Set(all)]
    .map((name) => `+${name}`)
    .concat(names.map((name) => `-${name}`))
    .join(',');
}
