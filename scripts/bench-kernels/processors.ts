/** What a kernel multiplies with, which decides the peak it is held against. */
export type Arithmetic = 'int8' | 'bf16';

/** A core in LLVM's instruction scheduling models. */
export interface CycleModel {
  readonly name: string;
  /** Value of llvm-mca's `-mcpu`. */
  readonly mcpu: string;
  /** Instructions dispatched in a cycle. */
  readonly dispatch: number;
}

/** A processor that qemu plays, and what is known of its cores. */
export interface BenchProcessor {
  readonly name: string;
  readonly standsFor: string;
  /** Value of qemu's `-cpu`. */
  readonly qemuCpu: string;
  /** `CPU part` of /proc/cpuinfo, which ONNX Runtime reads; the part numbers of Arm's core manuals. */
  readonly part: string;
  /** `Features` of /proc/cpuinfo. */
  readonly features: string;
  readonly cycleModels: readonly CycleModel[];
  /**
   * Most multiply-adds that one core can do in a cycle. Neoverse V1, V2, V3: 4 pipes of SMMLA (32 int8) or BFMMLA
   * (16 bf16). N1: 2 pipes of SDOT (16 int8), and no bf16, so FMLA (4 f32). Sources: Arm's software optimisation
   * guides and LLVM 19's scheduling models.
   */
  readonly peakMacPerCycle: Readonly<Record<Arithmetic, number>>;
}

/** LLVM 19 gives neoverse-v3 the pipes of the V2; the dispatch width is then the difference that matters. */
const V2: CycleModel = { name: 'Neoverse V2', mcpu: 'neoverse-v2', dispatch: 8 };
const V3: CycleModel = { name: 'Neoverse V3', mcpu: 'neoverse-v3', dispatch: 10 };
const N1: CycleModel = { name: 'Neoverse N1', mcpu: 'neoverse-n1', dispatch: 8 };

export const BENCH_PROCESSORS: readonly BenchProcessor[] = [
  {
    name: 'graviton4-5-like',
    standsFor: 'Graviton4 and 5 (Neoverse V2 and V3)',
    qemuCpu: 'max,sve128=on,sme=off',
    part: '0xd4f',
    features: 'fp asimd evtstrm aes pmull sha1 sha2 crc32 atomics fphp asimdhp asimdrdm asimddp sve sve2 i8mm bf16',
    cycleModels: [V2, V3],
    peakMacPerCycle: { int8: 128, bf16: 64 },
  },
  {
    name: 'graviton2',
    standsFor: 'Graviton2 (Neoverse N1)',
    qemuCpu: 'neoverse-n1',
    part: '0xd0c',
    features: 'fp asimd evtstrm aes pmull sha1 sha2 crc32 atomics fphp asimdhp asimdrdm asimddp',
    cycleModels: [N1],
    peakMacPerCycle: { int8: 32, bf16: 8 },
  },
];
