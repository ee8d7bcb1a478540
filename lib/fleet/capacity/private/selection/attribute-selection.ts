import { Token } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import { GravitonProcessor, InstanceCatalog } from '../../../../catalog';
import { Problem } from '../../../../validation';
import { FleetSize } from '../../fleet-size';
import { InstanceAttributes } from '../../instance-attributes';
import { processorProblems } from '../problems/processor-problems';
import { describe, rangeProblems } from '../problems/range-problems';
import { feasibleTypes, KnownAttributes } from './feasible-types';
import { instanceRequirements } from './instance-requirements';
import { InstanceSelection, SelectedTypes, Surroundings } from './instance-selection';
import { isNotOffered, unknownOfferingRemarks } from './left-out';

/** Every type that has what is asked for, and that the region offers. */
export class AttributeSelection implements InstanceSelection {
  public readonly what = 'capacity.attributes';
  public readonly candidates: readonly string[];
  private readonly attributes: KnownAttributes;

  constructor(attributes: InstanceAttributes) {
    const processors = attributes.processors ?? [GravitonProcessor.GRAVITON5, GravitonProcessor.GRAVITON4];
    this.attributes = { ...attributes, processors };
    this.candidates = feasibleTypes(this.attributes).map(({ instanceType }) => instanceType);
  }

  public problems(): Problem[] {
    const { vcpus, memoryGib, memoryGibPerVcpu, localStorageGb, networkBaselineGbps, processors } = this.attributes;
    return [
      ...processorProblems(`${this.what}.processors`, processors),
      ...(this.attributes.families ?? []).flatMap((family) => this.familyProblems(family)),
      ...rangeProblems(`${this.what}.vcpus`, vcpus),
      ...rangeProblems(`${this.what}.memoryGib`, memoryGib),
      ...rangeProblems(`${this.what}.memoryGibPerVcpu`, memoryGibPerVcpu),
      ...rangeProblems(`${this.what}.localStorageGb`, localStorageGb),
      ...rangeProblems(`${this.what}.networkBaselineGbps`, networkBaselineGbps),
    ];
  }

  public within({ region }: Surroundings): SelectedTypes {
    const instanceTypes = this.candidates.filter((type) => !isNotOffered(type, region));
    return { instanceTypes, remarks: unknownOfferingRemarks(this.what, instanceTypes, region) };
  }

  public nothingLeft({ region }: Surroundings): Problem {
    const where = Token.isUnresolved(region) ? 'any region' : region;
    const elsewhere = this.candidates.length > 0 ? `, though other regions do (${this.candidates[0]})` : '';
    return {
      what: this.what,
      got: `${this.inWords()}, which no type in ${where} has${elsewhere}`,
      allowed: 'attributes that at least one type has',
      fix: 'widen a range, or add a processor or a family',
    };
  }

  /** The kernels run on all types of a processor or on none, and there may be hundreds of types. */
  public judged(instanceTypes: readonly string[]): string[] {
    const first = new Map<GravitonProcessor | undefined, string>();
    for (const type of instanceTypes) {
      const processor = InstanceCatalog.lookup(type)?.processor;
      first.set(processor, first.get(processor) ?? type);
    }
    return [...first.values()];
  }

  public sizeProblems(size: FleetSize): Problem[] {
    if (size._weighing?.figures === undefined) {
      return [];
    }
    return [
      {
        what: 'capacity.size',
        got: `${size.unit} with capacity.attributes`,
        allowed: 'instances or vCPUs: Auto Scaling weighs types that it selects by attributes in nothing else',
        fix: 'use FleetSize.vcpus(...), or name the types with FleetCapacity.onDemand or spotFirst',
      },
    ];
  }

  public overrides(instanceTypes: readonly string[]): autoscaling.LaunchTemplateOverrides[] {
    return [{ instanceRequirements: instanceRequirements(this.attributes, instanceTypes) }];
  }

  private familyProblems(family: string): Problem[] {
    const { processors } = this.attributes;
    const processor = InstanceCatalog.instanceTypesOf(family)[0]?.processor;
    if (processor !== undefined && processors.includes(processor)) {
      return [];
    }
    const got = processor ? `${family}, which has ${processor.displayName}` : `${family}, which is no Graviton family`;
    const families = processors.flatMap((allowed) => allowed.families);
    const fix = processor ? 'remove it, or add its processor' : 'correct the name';
    return [{ what: `${this.what}.families`, got, allowed: families.join(', '), fix }];
  }

  private inWords(): string {
    const { vcpus, memoryGib, memoryGibPerVcpu, localStorageGb, networkBaselineGbps, ...rest } = this.attributes;
    const ranges = { vcpus, memoryGib, memoryGibPerVcpu, localStorageGb, networkBaselineGbps };
    const given = Object.entries(ranges).flatMap(([name, range]) => (range ? [`${name} ${describe(range)}`] : []));
    const families = rest.families ? [`families ${rest.families.join(', ')}`] : [];
    return [...given, ...families, rest.processors.map(({ displayName }) => displayName).join(' or ')].join(', ');
  }
}
