/**
 * A feature of an Arm64 CPU, under the name that Linux prints for its HWCAP bit in `/proc/cpuinfo` (Linux 6.14,
 * `arch/arm64/kernel/cpuinfo.c`). A feature for which Linux prints nothing has Arm's name of it in small letters, and its
 * comment says so.
 */
export enum CpuFeature {
  /** Floating point; every Graviton has it. */
  FP = 'fp',
  /** Advanced SIMD (Neon); every Graviton has it. */
  ASIMD = 'asimd',
  /** `SDOT` and `UDOT` on int8 (FEAT_DotProd). */
  ASIMDDP = 'asimddp',
  /** Scalar half precision (FEAT_FP16). */
  FPHP = 'fphp',
  /** Half precision in Advanced SIMD (FEAT_FP16). */
  ASIMDHP = 'asimdhp',
  /** Widening half-precision multiply-add (FEAT_FHM). */
  ASIMDFHM = 'asimdfhm',
  /** Rounding doubling multiply-add (FEAT_RDM). */
  ASIMDRDM = 'asimdrdm',
  /** Large System Extensions (FEAT_LSE). */
  ATOMICS = 'atomics',
  /** BFloat16 dot product and matrix multiply (FEAT_BF16). */
  BF16 = 'bf16',
  /** Int8 matrix multiply (FEAT_I8MM). */
  I8MM = 'i8mm',
  /** Complex multiply-add (FEAT_FCMA). */
  FCMA = 'fcma',
  /** JavaScript conversion (FEAT_JSCVT). */
  JSCVT = 'jscvt',
  /** Load-acquire RCpc (FEAT_LRCPC). */
  LRCPC = 'lrcpc',
  /** Load-acquire RCpc with immediate offset (FEAT_LRCPC2). */
  ILRCPC = 'ilrcpc',
  /** Random numbers (FEAT_RNG). */
  RNG = 'rng',
  /** Branch target identification (FEAT_BTI). */
  BTI = 'bti',
  /** Pointer authentication of addresses (FEAT_PAuth). */
  PACA = 'paca',
  /** Pointer authentication, generic (FEAT_PAuth). */
  PACG = 'pacg',
  /** Floating-point to integer rounding (FEAT_FRINTTS). */
  FRINT = 'frint',
  /** Scalable Vector Extension (FEAT_SVE). */
  SVE = 'sve',
  /** Second Scalable Vector Extension (FEAT_SVE2). */
  SVE2 = 'sve2',
  /** SVE2.1 (FEAT_SVE2p1); no Graviton has it. */
  SVE2P1 = 'sve2p1',
  /** SVE2 bit permutation (FEAT_SVE_BitPerm). */
  SVEBITPERM = 'svebitperm',
  /** SVE int8 matrix multiply (FEAT_I8MM with SVE). */
  SVEI8MM = 'svei8mm',
  /** SVE BFloat16 (FEAT_BF16 with SVE). */
  SVEBF16 = 'svebf16',
  /** SVE FP32 matrix multiply (FEAT_F32MM); no Graviton has it. */
  SVEF32MM = 'svef32mm',
  /** SVE FP64 matrix multiply (FEAT_F64MM); no Graviton has it. */
  SVEF64MM = 'svef64mm',
  /** SVE2 AES (FEAT_SVE_AES). */
  SVEAES = 'sveaes',
  /** SVE2 128-bit polynomial multiply (FEAT_SVE_PMULL128). */
  SVEPMULL = 'svepmull',
  /** SVE2 SHA-3 (FEAT_SVE_SHA3). */
  SVESHA3 = 'svesha3',
  /** SVE2 SM4 (FEAT_SVE_SM4). */
  SVESM4 = 'svesm4',
  /** Scalable Matrix Extension (FEAT_SME); no Graviton has it. */
  SME = 'sme',
  /** Second Scalable Matrix Extension (FEAT_SME2); no Graviton has it. */
  SME2 = 'sme2',
  /** FP8 conversion (FEAT_FP8); no Graviton has it. */
  F8CVT = 'f8cvt',
  /** Memory tagging (FEAT_MTE2); no Graviton exposes it. */
  MTE = 'mte',
  /** Standard memory copy and set instructions (FEAT_MOPS); no Graviton has it. */
  MOPS = 'mops',
  /** AES rounds. */
  AES = 'aes',
  /** 64-bit polynomial multiply. */
  PMULL = 'pmull',
  /** SHA-1. */
  SHA1 = 'sha1',
  /** SHA-256. */
  SHA2 = 'sha2',
  /** SHA-3. */
  SHA3 = 'sha3',
  /** SHA-512. */
  SHA512 = 'sha512',
  /** The Chinese hash SM3. */
  SM3 = 'sm3',
  /** The Chinese block cipher SM4. */
  SM4 = 'sm4',
  /** CRC-32 instructions. */
  CRC32 = 'crc32',
  /** Data cache clean to the point of persistence (FEAT_DPB). */
  DCPOP = 'dcpop',
  /** Data cache clean to the point of deep persistence (FEAT_DPB2). */
  DCPODP = 'dcpodp',
  /** Data-independent timing (FEAT_DIT). */
  DIT = 'dit',
  /** Atomic access to unaligned data inside 16 bytes (FEAT_LSE2); brings no instruction. */
  USCAT = 'uscat',
  /** Manipulation of the condition flags (FEAT_FlagM). */
  FLAGM = 'flagm',
  /** More manipulation of the condition flags (FEAT_FlagM2). */
  FLAGM2 = 'flagm2',
  /** Control over speculative stores (FEAT_SSBS). */
  SSBS = 'ssbs',
  /** Speculation barrier (FEAT_SB). */
  SB = 'sb',
  /** Data gathering hint (FEAT_DGH); a hint, which older CPUs take as no operation. */
  DGH = 'dgh',
  /** Limited ordering regions (FEAT_LOR), part of Armv8.1; Linux prints nothing for it. */
  LOR = 'lor',
  /** Load-acquire RCpc of pairs and vectors (FEAT_LRCPC3); no Graviton has it. */
  LRCPC3 = 'lrcpc3',
  /** Atomics of 128 bits (FEAT_LSE128); no Graviton has it. */
  LSE128 = 'lse128',
  /** Loads and stores of 64 bytes (FEAT_LS64); no Graviton exposes it, and Linux 6.14 prints nothing for it. */
  LS64 = 'ls64',
  /** Common short sequence compression (FEAT_CSSC); no Graviton has it. */
  CSSC = 'cssc',
  /** Hinted conditional branches (FEAT_HBC); no Graviton has it. */
  HBC = 'hbc',
  /** WFE and WFI with timeout (FEAT_WFxT); no Graviton has it. */
  WFXT = 'wfxt',
  /** Self-synchronized counters (FEAT_ECV); no Graviton is known to have it. */
  ECV = 'ecv',
  /** Guarded control stack (FEAT_GCS); no Graviton has it. */
  GCS = 'gcs',
  /** Pointer authentication with the link register (FEAT_PAuth_LR); Linux prints nothing for it. */
  PAUTHLR = 'pauthlr',
  /** Checked pointer arithmetic (FEAT_CPA); Linux prints nothing for it. */
  CPA = 'cpa',
  /** Translation hardening (FEAT_THE); Linux prints nothing for it. */
  THE = 'the',
  /** System registers of 128 bits (FEAT_SYSREG128); Linux prints nothing for it. */
  D128 = 'd128',
  /** Transactional memory (FEAT_TME), withdrawn; Linux prints nothing for it. */
  TME = 'tme',
  /** Barriers without the XS attribute (FEAT_XS); Linux prints nothing for it. */
  XS = 'xs',
  /** Restrictions of speculation by context (FEAT_SPECRES); Linux prints nothing for it. */
  SPECRES = 'specres',
  /** Absolute maximum and minimum (FEAT_FAMINMAX); no Graviton has it. */
  FAMINMAX = 'faminmax',
  /** Look-up tables (FEAT_LUT); no Graviton has it. */
  LUT = 'lut',
  /** Floating-point mode register (FEAT_FPMR); no Graviton has it. */
  FPMR = 'fpmr',
  /** FP8 multiply-add (FEAT_FP8FMA); no Graviton has it. */
  F8FMA = 'f8fma',
  /** FP8 dot product of four (FEAT_FP8DOT4); no Graviton has it. */
  F8DP4 = 'f8dp4',
  /** FP8 dot product of two (FEAT_FP8DOT2); no Graviton has it. */
  F8DP2 = 'f8dp2',
  /** BFloat16 arithmetic in SVE (FEAT_SVE_B16B16); no Graviton has it. */
  SVEB16B16 = 'sveb16b16',
  /** SME2.1 (FEAT_SME2p1); no Graviton has it. */
  SME2P1 = 'sme2p1',
  /** SME with 64-bit integer sums (FEAT_SME_I16I64); no Graviton has it. */
  SMEI16I64 = 'smei16i64',
  /** SME with FP64 (FEAT_SME_F64F64); no Graviton has it. */
  SMEF64F64 = 'smef64f64',
  /** SME with FP16 sums (FEAT_SME_F16F16); no Graviton has it. */
  SMEF16F16 = 'smef16f16',
  /** SME with BFloat16 sums (FEAT_SME_B16B16); no Graviton has it. */
  SMEB16B16 = 'smeb16b16',
  /** SME from FP8 to FP16 (FEAT_SME_F8F16); no Graviton has it. */
  SMEF8F16 = 'smef8f16',
  /** SME from FP8 to FP32 (FEAT_SME_F8F32); no Graviton has it. */
  SMEF8F32 = 'smef8f32',
  /** SME look-up tables of the second version (FEAT_SME_LUTv2); no Graviton has it. */
  SMELUTV2 = 'smelutv2',
}
