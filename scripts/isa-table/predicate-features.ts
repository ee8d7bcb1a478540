import { CpuFeature } from '../../lib/catalog/cpu-feature';
import { LlvmInstruction } from './llvm-instruction';

/** What each predicate of LLVM 19 asks of a CPU that is not in the streaming mode of SME. */
const PREDICATES: Record<string, readonly CpuFeature[]> = {
  HasFPARMv8: [],
  HasNEON: [],
  HasNEONandIsStreamingSafe: [],
  // Privileged, or in the hint space and therefore no operation on a CPU without the feature.
  HasEL3: [],
  HasBRBE: [],
  HasTRACEV8_4: [],
  HasITE: [],
  HasAltNZCV: [CpuFeature.FLAGM2],
  HasCPA: [CpuFeature.CPA],
  HasCRC: [CpuFeature.CRC32],
  HasCSSC: [CpuFeature.CSSC],
  HasComplxNum: [CpuFeature.FCMA],
  HasD128: [CpuFeature.D128],
  HasDotProd: [CpuFeature.ASIMDDP],
  HasFAMINMAX: [CpuFeature.FAMINMAX],
  HasFP16FML: [CpuFeature.ASIMDFHM],
  HasFP8: [CpuFeature.F8CVT],
  HasFP8DOT2: [CpuFeature.F8DP2],
  HasFP8DOT4: [CpuFeature.F8DP4],
  HasFP8FMA: [CpuFeature.F8FMA],
  HasFRInt3264: [CpuFeature.FRINT],
  HasFlagM: [CpuFeature.FLAGM],
  HasGCS: [CpuFeature.GCS],
  HasHBC: [CpuFeature.HBC],
  HasJS: [CpuFeature.JSCVT],
  HasLOR: [CpuFeature.LOR],
  HasLS64: [CpuFeature.LS64],
  HasLSE: [CpuFeature.ATOMICS],
  HasLSE128: [CpuFeature.LSE128],
  HasLUT: [CpuFeature.LUT],
  HasMOPS: [CpuFeature.MOPS],
  HasMTE: [CpuFeature.MTE],
  HasMatMulFP32: [CpuFeature.SVEF32MM],
  HasMatMulFP64: [CpuFeature.SVEF64MM],
  HasPAuthLR: [CpuFeature.PAUTHLR],
  HasRCPC: [CpuFeature.LRCPC],
  HasRCPC3: [CpuFeature.LRCPC3],
  HasRCPC_IMMO: [CpuFeature.ILRCPC],
  HasRDM: [CpuFeature.ASIMDRDM],
  HasSB: [CpuFeature.SB],
  HasSME: [CpuFeature.SME],
  HasSME2: [CpuFeature.SME2],
  HasSME2andIsNonStreamingSafe: [CpuFeature.SME2],
  HasSME2p1: [CpuFeature.SME2P1],
  HasSMEF16F16orSMEF8F16: [CpuFeature.SMEF16F16],
  HasSMEF64F64: [CpuFeature.SMEF64F64],
  HasSMEF8F16: [CpuFeature.SMEF8F16],
  HasSMEF8F32: [CpuFeature.SMEF8F32],
  HasSMEI16I64: [CpuFeature.SMEI16I64],
  HasSME_LUTv2: [CpuFeature.SMELUTV2],
  HasSMEandIsNonStreamingSafe: [CpuFeature.SME],
  HasSSVE_FP8DOT2: [CpuFeature.SVE2, CpuFeature.F8DP2],
  HasSSVE_FP8DOT4: [CpuFeature.SVE2, CpuFeature.F8DP4],
  HasSSVE_FP8FMA: [CpuFeature.SVE2, CpuFeature.F8FMA],
  HasSVE: [CpuFeature.SVE],
  HasSVEorSME: [CpuFeature.SVE],
  HasSVE2: [CpuFeature.SVE2],
  HasSVE2orSME: [CpuFeature.SVE2],
  HasSVE2orSME2: [CpuFeature.SVE2],
  HasSVE2BitPerm: [CpuFeature.SVEBITPERM],
  HasSVE2SHA3: [CpuFeature.SVESHA3],
  HasSVE2SM4: [CpuFeature.SVESM4],
  HasSVE2p1: [CpuFeature.SVE2P1],
  HasSVE2p1_or_HasSME: [CpuFeature.SVE2P1],
  HasSVE2p1_or_HasSME2: [CpuFeature.SVE2P1],
  HasSVE2p1_or_HasSME2p1: [CpuFeature.SVE2P1],
  HasTHE: [CpuFeature.THE],
  HasTME: [CpuFeature.TME],
  HasWFxT: [CpuFeature.WFXT],
  HasXS: [CpuFeature.XS],
};

/** Predicates that one HWCAP does not cover: it goes by the mnemonic, or by the other predicates. */
const BY_INSTRUCTION: Record<string, (instruction: LlvmInstruction, isSve: boolean) => CpuFeature> = {
  HasAES: ({ mnemonic }) => (mnemonic.startsWith('PMULL') ? CpuFeature.PMULL : CpuFeature.AES),
  HasB16B16: (_, isSve) => (isSve ? CpuFeature.SVEB16B16 : CpuFeature.SMEB16B16),
  HasBF16: (_, isSve) => (isSve ? CpuFeature.SVEBF16 : CpuFeature.BF16),
  HasFullFP16: ({ predicates }) =>
    predicates.some((name) => name.startsWith('HasNEON')) ? CpuFeature.ASIMDHP : CpuFeature.FPHP,
  HasMatMulInt8: (_, isSve) => (isSve ? CpuFeature.SVEI8MM : CpuFeature.I8MM),
  HasPAuth: ({ mnemonic }) => (mnemonic === 'PACGA' ? CpuFeature.PACG : CpuFeature.PACA),
  HasSHA2: ({ mnemonic }) => (mnemonic.startsWith('SHA1') ? CpuFeature.SHA1 : CpuFeature.SHA2),
  HasSHA3: ({ mnemonic }) => (mnemonic.startsWith('SHA512') ? CpuFeature.SHA512 : CpuFeature.SHA3),
  HasSM4: ({ mnemonic }) => (mnemonic.startsWith('SM3') ? CpuFeature.SM3 : CpuFeature.SM4),
  HasSVE2AES: ({ mnemonic }) => (mnemonic.startsWith('PMULL') ? CpuFeature.SVEPMULL : CpuFeature.SVEAES),
};

/** HINT #imm: an instruction in this space does nothing on a CPU that does not know it. */
const HINT = { mask: 0xfffff01f, value: 0xd503201f };

/**
 * The CPU features without which an instruction is undefined.
 *
 * @throws Error for a predicate that this table does not have, as a newer LLVM may bring one
 */
export function requiredFeatures(instruction: LlvmInstruction): CpuFeature[] {
  if ((instruction.value & HINT.mask) >>> 0 === HINT.value) {
    return [];
  }
  const isSve = instruction.predicates.some((name) => /^HasSVE/.test(name));
  const features = instruction.predicates.flatMap((name) => {
    const special = BY_INSTRUCTION[name];
    const plain = PREDICATES[name];
    if (special === undefined && plain === undefined) {
      throw new Error(`${instruction.name}: no CPU feature is known for the predicate ${name}`);
    }
    return special ? [special(instruction, isSve)] : plain;
  });
  return [...new Set(features)].sort();
}
