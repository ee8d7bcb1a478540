import { CpuFeature } from './cpu-feature';
import { familiesOfProcessor } from './private/instance-tables';

interface ProcessorFacts {
  readonly id: string;
  readonly displayName: string;
  readonly core: string;
  readonly midrPart: number;
  readonly architecture: string;
  readonly features: CpuFeature[];
  readonly sveVectorBits?: number;
  readonly compilerFlag: string;
  readonly clockGhz: number;
  readonly l1DataKib: number;
  readonly l1InstructionKib: number;
  readonly l2KibPerCore: number;
  readonly lastLevelCacheMib: number;
  readonly dramGigabytesPerSecond: number;
  readonly coresPerSocket: number;
  readonly generalAvailability?: string;
}

const GRAVITON2_FEATURES = [
  CpuFeature.FP,
  CpuFeature.ASIMD,
  CpuFeature.AES,
  CpuFeature.PMULL,
  CpuFeature.SHA1,
  CpuFeature.SHA2,
  CpuFeature.CRC32,
  CpuFeature.ATOMICS,
  CpuFeature.FPHP,
  CpuFeature.ASIMDHP,
  CpuFeature.ASIMDRDM,
  CpuFeature.LRCPC,
  CpuFeature.DCPOP,
  CpuFeature.ASIMDDP,
  CpuFeature.SSBS,
  // Mandatory from Armv8.1 on.
  CpuFeature.LOR,
];

const ADDED_SINCE_GRAVITON3 = [
  CpuFeature.JSCVT,
  CpuFeature.FCMA,
  CpuFeature.ILRCPC,
  CpuFeature.SHA3,
  CpuFeature.SHA512,
  CpuFeature.ASIMDFHM,
  CpuFeature.DIT,
  CpuFeature.USCAT,
  CpuFeature.FLAGM,
  CpuFeature.PACA,
  CpuFeature.PACG,
  CpuFeature.DCPODP,
  CpuFeature.DGH,
  CpuFeature.RNG,
  CpuFeature.BF16,
  CpuFeature.I8MM,
  CpuFeature.SVE,
  CpuFeature.SVEI8MM,
  CpuFeature.SVEBF16,
];

// SM3 and SM4 are in Graviton3 alone: Graviton4 was built without the Chinese ciphers.
const GRAVITON3_FEATURES = [...GRAVITON2_FEATURES, ...ADDED_SINCE_GRAVITON3, CpuFeature.SM3, CpuFeature.SM4];

const GRAVITON4_FEATURES = [
  ...GRAVITON2_FEATURES,
  ...ADDED_SINCE_GRAVITON3,
  CpuFeature.SVE2,
  CpuFeature.SVEAES,
  CpuFeature.SVEPMULL,
  CpuFeature.SVEBITPERM,
  CpuFeature.SVESHA3,
  CpuFeature.SB,
  CpuFeature.FLAGM2,
  CpuFeature.FRINT,
  CpuFeature.BTI,
];

/**
 * A generation of AWS Graviton processors.
 *
 * Figures: aws-graviton-getting-started (README.md, c-c++.md, runtime-feature-detection.md) of 2026-07-01. The features
 * of Graviton2, 3 and 4 are those which `/proc/cpuinfo` prints on these instances. For Graviton5 the catalog claims no
 * more than Graviton4 has: AWS states the two to be equal for matrix work, and a feature too few costs speed where a
 * feature too many would cost a SIGILL.
 */
export class GravitonProcessor {
  /** AWS Graviton2 (2020). */
  public static readonly GRAVITON2 = new GravitonProcessor({
    id: 'graviton2',
    displayName: 'AWS Graviton2',
    core: 'Neoverse N1',
    midrPart: 0xd0c,
    architecture: 'Armv8.2-A',
    features: GRAVITON2_FEATURES,
    compilerFlag: '-mcpu=neoverse-n1',
    clockGhz: 2.5,
    l1DataKib: 64,
    l1InstructionKib: 64,
    l2KibPerCore: 1024,
    lastLevelCacheMib: 32,
    dramGigabytesPerSecond: 204.8,
    coresPerSocket: 64,
  });

  /** AWS Graviton3 (2022). */
  public static readonly GRAVITON3 = new GravitonProcessor(graviton3('graviton3', 'AWS Graviton3'));

  /** AWS Graviton3E, the Graviton3 of the network- and HPC-optimised families, with the same instruction set. */
  public static readonly GRAVITON3E = new GravitonProcessor(graviton3('graviton3e', 'AWS Graviton3E'));

  /** AWS Graviton4 (2024). */
  public static readonly GRAVITON4 = new GravitonProcessor({
    id: 'graviton4',
    displayName: 'AWS Graviton4',
    core: 'Neoverse V2',
    midrPart: 0xd4f,
    architecture: 'Armv9.0-A',
    features: GRAVITON4_FEATURES,
    sveVectorBits: 128,
    compilerFlag: '-mcpu=neoverse-v2',
    clockGhz: 2.8,
    l1DataKib: 64,
    l1InstructionKib: 64,
    l2KibPerCore: 2048,
    lastLevelCacheMib: 36,
    dramGigabytesPerSecond: 537.6,
    coresPerSocket: 96,
  });

  /** AWS Graviton5 (2026). */
  public static readonly GRAVITON5 = new GravitonProcessor({
    id: 'graviton5',
    displayName: 'AWS Graviton5',
    core: 'Neoverse V3',
    midrPart: 0xd84,
    architecture: 'Armv9.2-A',
    features: GRAVITON4_FEATURES,
    sveVectorBits: 128,
    compilerFlag: '-mcpu=neoverse-v3',
    clockGhz: 3.3,
    l1DataKib: 64,
    l1InstructionKib: 64,
    l2KibPerCore: 2048,
    lastLevelCacheMib: 192,
    dramGigabytesPerSecond: 844.8,
    coresPerSocket: 192,
    generalAvailability: '2026-06-10',
  });

  /** Every processor of the catalog, oldest first. */
  public static readonly ALL: GravitonProcessor[] = [
    GravitonProcessor.GRAVITON2,
    GravitonProcessor.GRAVITON3,
    GravitonProcessor.GRAVITON3E,
    GravitonProcessor.GRAVITON4,
    GravitonProcessor.GRAVITON5,
  ];

  /**
   * The processor with this id.
   *
   * @param id for example `graviton5`.
   * @returns undefined when the catalog has no such processor.
   */
  public static of(id: string): GravitonProcessor | undefined {
    return GravitonProcessor.ALL.find((processor) => processor.id === id);
  }

  /** Short name, for example `graviton5`. */
  public readonly id: string;
  /** Name as AWS writes it, for example `AWS Graviton5`. */
  public readonly displayName: string;
  /** Arm's name of the core, for example `Neoverse V3`. */
  public readonly core: string;
  /** Part number in the main ID register, as in `CPU part` of `/proc/cpuinfo`. */
  public readonly midrPart: number;
  /** Version of the Arm architecture, for example `Armv9.2-A`. */
  public readonly architecture: string;
  /** CPU features that code may rely on. */
  public readonly features: CpuFeature[];
  /** Length of an SVE vector in bits; undefined where there is no SVE. Never build for a fixed length: it shrank. */
  public readonly sveVectorBits?: number;
  /** Flag of GCC and clang that tunes for this processor. */
  public readonly compilerFlag: string;
  /** Clock in GHz, fixed, without turbo. Graviton4 runs at 2.7 GHz on its two-socket sizes. */
  public readonly clockGhz: number;
  /** L1 data cache per core, in KiB. */
  public readonly l1DataKib: number;
  /** L1 instruction cache per core, in KiB. */
  public readonly l1InstructionKib: number;
  /** L2 cache per core, in KiB. */
  public readonly l2KibPerCore: number;
  /** Last-level cache per socket, in MiB. A small instance of Graviton5 sees 48 MiB of it per NUMA node. */
  public readonly lastLevelCacheMib: number;
  /** Theoretical DRAM bandwidth per socket, in GB/s. */
  public readonly dramGigabytesPerSecond: number;
  /** Cores per socket; one core is one vCPU. */
  public readonly coresPerSocket: number;
  /** Names of the instance families with this processor, for example `m9g`. */
  public readonly families: string[];
  /** Date on which the first family became generally available (ISO 8601); undefined where the catalog has no source. */
  public readonly generalAvailability?: string;
  /** Where the figures come from. */
  public readonly source: string;
  /** Date of the source (ISO 8601). */
  public readonly asOf: string;

  private constructor(facts: ProcessorFacts) {
    this.id = facts.id;
    this.displayName = facts.displayName;
    this.core = facts.core;
    this.midrPart = facts.midrPart;
    this.architecture = facts.architecture;
    this.features = facts.features;
    this.sveVectorBits = facts.sveVectorBits;
    this.compilerFlag = facts.compilerFlag;
    this.clockGhz = facts.clockGhz;
    this.l1DataKib = facts.l1DataKib;
    this.l1InstructionKib = facts.l1InstructionKib;
    this.l2KibPerCore = facts.l2KibPerCore;
    this.lastLevelCacheMib = facts.lastLevelCacheMib;
    this.dramGigabytesPerSecond = facts.dramGigabytesPerSecond;
    this.coresPerSocket = facts.coresPerSocket;
    this.families = familiesOfProcessor(facts.id);
    this.generalAvailability = facts.generalAvailability;
    this.source = 'aws-graviton-getting-started: README.md, c-c++.md, runtime-feature-detection.md';
    this.asOf = '2026-07-01';
  }

  /** Whether code may rely on a feature. */
  public supports(feature: CpuFeature): boolean {
    return this.features.includes(feature);
  }

  /** Those of the given features that this processor lacks, in the given order; empty when it can run them all. */
  public missingFeatures(features: CpuFeature[]): CpuFeature[] {
    return features.filter((feature) => !this.supports(feature));
  }

  /** The name as AWS writes it. */
  public toString(): string {
    return this.displayName;
  }
}

function graviton3(id: string, displayName: string): ProcessorFacts {
  return {
    id,
    displayName,
    core: 'Neoverse V1',
    midrPart: 0xd40,
    architecture: 'Armv8.4-A',
    features: GRAVITON3_FEATURES,
    sveVectorBits: 256,
    compilerFlag: '-mcpu=neoverse-v1',
    clockGhz: 2.6,
    l1DataKib: 64,
    l1InstructionKib: 64,
    l2KibPerCore: 1024,
    lastLevelCacheMib: 32,
    dramGigabytesPerSecond: 307.2,
    coresPerSocket: 64,
  };
}
