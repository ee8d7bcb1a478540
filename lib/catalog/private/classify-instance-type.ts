import { InstanceArchitecture } from 'aws-cdk-lib/aws-ec2';
import { GravitonProcessor } from '../graviton-processor';
import { InstanceFacts } from '../instances/instance-facts';
import { InstanceStatus, InstanceVerdict } from '../instances/instance-verdict';
import { nearestWords } from './edit-distance';
import { allInstanceFacts, instanceFactsByType } from './instance-facts-table';
import {
  InstanceName,
  isGravitonByName,
  isHighMemoryName,
  isKnownSeries,
  isOtherArmByName,
  lacksProcessorLetter,
  parseInstanceName,
} from './instance-name';
import { familyNames, familyRow, sizesOf } from './instance-tables';

const FURTHEST_MISSPELLING = 3;
const MOST_SUGGESTIONS = 3;

export function classifyInstanceType(instanceType: string): InstanceVerdict {
  const facts = instanceFactsByType().get(instanceType);
  if (facts !== undefined) {
    return facts.processor === undefined ? x86(instanceType) : known(facts, facts.processor);
  }
  if (isHighMemoryName(instanceType)) {
    return x86(instanceType);
  }
  const name = parseInstanceName(instanceType);
  if (name === undefined) {
    return malformed(instanceType, 'not a name of the form family.size');
  }
  if (familyRow(name.family) !== undefined) {
    return unknownSize(instanceType, name);
  }
  return unknownFamily(instanceType, name);
}

function known(facts: InstanceFacts, processor: GravitonProcessor): InstanceVerdict {
  return {
    instanceType: facts.instanceType,
    status: InstanceStatus.KNOWN,
    architecture: facts.architecture,
    processor,
    nearest: [],
    reason: `an instance type with ${processor.displayName}`,
  };
}

function unknownSize(instanceType: string, name: InstanceName): InstanceVerdict {
  const processor = GravitonProcessor.of(familyRow(name.family)!.processor ?? '');
  if (processor === undefined) {
    return x86(instanceType);
  }
  return {
    instanceType,
    status: InstanceStatus.UNKNOWN_SIZE,
    architecture: InstanceArchitecture.ARM_64,
    processor,
    nearest: neighbouringSizes(name),
    reason: `a size that ${name.family} does not come in`,
  };
}

function unknownFamily(instanceType: string, name: InstanceName): InstanceVerdict {
  if (isOtherArmByName(name)) {
    return otherArm(instanceType, name);
  }
  if (!isKnownSeries(name) && (!isGravitonByName(name) || familiesNear(name).length > 0)) {
    return malformed(instanceType, `the name of no series of EC2 instances (${name.series})`);
  }
  if (lacksProcessorLetter(name)) {
    return malformed(instanceType, `a family without the letter of its processor (${name.family})`);
  }
  if (!isGravitonByName(name)) {
    return x86(instanceType, name);
  }
  if (name.generation < firstGravitonGeneration(name.series)) {
    return malformed(
      instanceType,
      `the name of no family: ${name.series} had no Graviton in generation ${name.generation}`,
    );
  }
  return {
    instanceType,
    status: InstanceStatus.UNKNOWN_FAMILY,
    architecture: InstanceArchitecture.ARM_64,
    nearest: suggestions(instanceType),
    reason: `Graviton by its name, of a family that the catalog does not have (${name.family})`,
  };
}

function otherArm(instanceType: string, name: InstanceName): InstanceVerdict {
  return {
    instanceType,
    status: InstanceStatus.NOT_GRAVITON_ARM,
    architecture: InstanceArchitecture.ARM_64,
    nearest: gravitonLike(name),
    reason: 'an Arm instance type without a Graviton of generation 2 to 5',
  };
}

function x86(instanceType: string, name = parseInstanceName(instanceType)): InstanceVerdict {
  return {
    instanceType,
    status: InstanceStatus.NOT_GRAVITON_X86,
    architecture: InstanceArchitecture.X86_64,
    nearest: name === undefined ? [] : gravitonLike(name),
    reason: 'an x86 instance type, which cannot run Arm64 code',
  };
}

function malformed(instanceType: string, reason: string): InstanceVerdict {
  return { instanceType, status: InstanceStatus.MALFORMED, nearest: suggestions(instanceType), reason };
}

/** Graviton types of the same series and size, newest first: what to use in place of another processor. */
function gravitonLike(name: InstanceName): string[] {
  return ['9g', '8g', '7g']
    .map((processor) => `${name.series}${processor}.${name.size}`)
    .filter((candidate) => instanceFactsByType().has(candidate))
    .slice(0, MOST_SUGGESTIONS);
}

function suggestions(instanceType: string): string[] {
  const graviton = allInstanceFacts().filter((facts) => facts.processor !== undefined);
  const names = graviton.map((facts) => facts.instanceType);
  return nearestWords(instanceType.trim().toLowerCase(), names, FURTHEST_MISSPELLING, MOST_SUGGESTIONS);
}

function familiesNear(name: InstanceName): string[] {
  return nearestWords(name.family, familyNames(), 1, MOST_SUGGESTIONS);
}

function firstGravitonGeneration(series: string): number {
  const generations = familyNames()
    .map((family) => parseInstanceName(`${family}.large`)!)
    .filter((name) => name.series === series && isGravitonByName(name))
    .map((name) => name.generation);
  return generations.length === 0 ? 0 : Math.min(...generations);
}

/** The next smaller and the next larger size of the same family, by the number in the name. */
function neighbouringSizes(name: InstanceName): string[] {
  const wanted = sizeInXlarge(name.size);
  const sizes = Object.keys(sizesOf(name.family)).filter((size) => !size.startsWith('metal'));
  const below = sizes.filter((size) => sizeInXlarge(size) <= wanted).slice(-1);
  const above = sizes.filter((size) => sizeInXlarge(size) > wanted).slice(0, 1);
  const metal = name.size.startsWith('metal') ? metalSizesOf(name.family) : [];
  return [...metal, ...below, ...above].slice(0, MOST_SUGGESTIONS).map((size) => `${name.family}.${size}`);
}

function metalSizesOf(family: string): string[] {
  return Object.keys(sizesOf(family)).filter((size) => size.startsWith('metal'));
}

const BELOW_XLARGE: Record<string, number> = { nano: 1 / 32, micro: 1 / 16, small: 1 / 8, medium: 1 / 4, large: 1 / 2 };

function sizeInXlarge(size: string): number {
  // `xlarge` has no number and is one; `metal` has none and is the largest.
  const sizesWithoutNumber: Record<string, number> = { ...BELOW_XLARGE, xlarge: 1, metal: Number.POSITIVE_INFINITY };
  return sizesWithoutNumber[size] ?? Number(/\d+/.exec(size)![0]);
}
