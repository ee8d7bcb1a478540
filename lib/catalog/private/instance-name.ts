/** The parts of an EC2 instance type name, for example `im4gn.16xlarge`. */
export interface InstanceName {
  /** `im4gn` */
  readonly family: string;
  /** `im` */
  readonly series: string;
  /** `4` */
  readonly generation: number;
  /** `gn`: the letters after the generation. */
  readonly attributes: string;
  /** `16xlarge` */
  readonly size: string;
}

// https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html
const NAME =
  /^(([a-z]+)(\d{1,2})([a-z]*(?:-[a-z0-9]+)*))\.(nano|micro|small|medium|large|(?:[1-9]\d*)?xlarge|metal(?:-\d+xl)?)$/;

// `u-6tb1.112xlarge`: the one series with a capacity where others have a generation.
const HIGH_MEMORY_NAME = /^u-\d+tb\d*\.(\d+xlarge|metal)$/;

/** Every series that EC2 has named so far, as listed in its documentation of instance type names. */
const SERIES = new Set('a c cc cg cr d dl f g gr h hi hpc hs i im inf is m mac p r t trn u vt x z'.split(' '));

/** Reads a name by EC2's grammar; undefined when it does not follow it. */
export function parseInstanceName(instanceType: string): InstanceName | undefined {
  const match = NAME.exec(instanceType);
  if (match === null) {
    return undefined;
  }
  const [, family, series, generation, attributes, size] = match;
  return { family, series, generation: Number(generation), attributes, size };
}

export function isHighMemoryName(instanceType: string): boolean {
  return HIGH_MEMORY_NAME.test(instanceType);
}

export function isKnownSeries(name: InstanceName): boolean {
  return SERIES.has(name.series);
}

/** AWS marks Graviton by a `g` as the first letter after the generation: m9g, c8gn, im4gn, i8ge. */
export function isGravitonByName(name: InstanceName): boolean {
  return name.attributes.startsWith('g');
}

/** Arm instances without a Graviton of this catalog: the first Graviton (a1), Apple silicon, NVIDIA Grace (gb200). */
export function isOtherArmByName(name: InstanceName): boolean {
  const appleSilicon = name.series === 'mac' && name.generation >= 2;
  return name.series === 'a' || appleSilicon || /-gb\d+$/.test(name.attributes);
}

/** Since generation 6, a general, compute or memory family always carries a letter for its processor. */
export function lacksProcessorLetter(name: InstanceName): boolean {
  return ['m', 'c', 'r'].includes(name.series) && name.generation >= 6 && name.attributes === '';
}
