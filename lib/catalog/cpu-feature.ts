/**
 * A feature of an Arm64 CPU, under the name that Linux prints for its HWCAP bit in `/proc/cpuinfo`.
 */
export enum CpuFeature {
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
}
