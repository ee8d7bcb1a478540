import { Token } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import { GravitonProcessor, InstanceCatalog, InstanceStatus } from '../../../../catalog';
import { Problem } from '../../../../validation';
import { FleetSize } from '../../fleet-size';
import { processorProblems } from '../problems/processor-problems';
import { InstanceSelection, Remark, SelectedTypes, Surroundings } from './instance-selection';
import { bundleThatTraps, isNotOffered, unknownOfferingRemarks } from './left-out';
import { overridesByName, tooManyProblems } from './listed-types';

/**
 * The same series and sizes with one processor after the other. A type that the region does not offer is left out, and
 * so is a fallback on which the kernels do not run: the others do the work.
 */
export class GenerationFallback implements InstanceSelection {
  public readonly what = 'capacity.instanceTypes';
  public readonly candidates: readonly string[];

  constructor(
    private readonly named: readonly string[],
    private readonly processors: readonly GravitonProcessor[],
  ) {
    // Names that are not Graviton types stay in the list for the gate, which says what is wrong with them.
    const strange = named.filter((name) => !isKnown(name));
    const known = named.filter(isKnown);
    const counterparts = processors.flatMap((processor) =>
      known.map((name) => InstanceCatalog.counterpart(name, processor)?.instanceType),
    );
    this.candidates = [...new Set([...strange, ...counterparts.filter((type) => type !== undefined)])];
  }

  public problems(): Problem[] {
    const alone = this.named.filter(
      (name) => isKnown(name) && !this.processors.some((processor) => InstanceCatalog.counterpart(name, processor)),
    );
    return [
      ...processorProblems('capacity.processors', this.processors),
      ...tooManyProblems(this.what, this.candidates),
      ...(this.processors.length > 0 ? alone : []).map((name) => ({
        what: this.what,
        got: `${name}, which has no counterpart with ${namesOf(this.processors)}`,
        allowed: 'types whose series and size one of the processors comes in',
        fix: 'use another series or size, or add its processor to capacity.processors',
      })),
    ];
  }

  public within({ region, kernels }: Surroundings): SelectedTypes {
    const remarks: Remark[] = [];
    const offered = this.candidates.filter((type) => {
      const absent = isNotOffered(type, region);
      if (absent) {
        const text = `${type} is left out of the fleet, because ${region} does not offer it.`;
        remarks.push({ id: `notOffered:${type}`, level: 'warning', text });
      }
      return !absent;
    });
    const instanceTypes = offered.filter((type) => {
      const traps = this.isFallback(type)
        ? bundleThatTraps(InstanceCatalog.lookup(type)?.processor, kernels)
        : undefined;
      if (traps) {
        const text = `${type} is left out of the fleet, because no variant of ${traps.name} runs on it.`;
        remarks.push({ id: `kernelsDoNotRun:${type}`, level: 'info', text });
      }
      return !traps;
    });
    return { instanceTypes, remarks: [...remarks, ...unknownOfferingRemarks(this.what, instanceTypes, region)] };
  }

  public nothingLeft({ region }: Surroundings): Problem | undefined {
    if (this.named.length === 0) {
      return undefined;
    }
    return {
      what: this.what,
      got: `${this.candidates.join(', ')}, of which ${region} offers none on which the kernels run`,
      allowed: 'at least one type that the region offers',
      fix: 'add a processor that the region has to capacity.processors, or deploy elsewhere',
    };
  }

  public judged(instanceTypes: readonly string[]): string[] {
    return [...instanceTypes];
  }

  public sizeProblems(): Problem[] {
    return [];
  }

  public overrides(instanceTypes: readonly string[], size: FleetSize): autoscaling.LaunchTemplateOverrides[] {
    return overridesByName(instanceTypes, size);
  }

  /** A type of the first processor is what was asked for: kernels that do not run on it are an error of the gate. */
  private isFallback(instanceType: string): boolean {
    const processor = InstanceCatalog.lookup(instanceType)?.processor;
    return processor !== undefined && processor !== this.processors[0] && !this.named.includes(instanceType);
  }
}

function isKnown(name: string): boolean {
  return !Token.isUnresolved(name) && InstanceCatalog.classify(name).status === InstanceStatus.KNOWN;
}

function namesOf(processors: readonly GravitonProcessor[]): string {
  return processors.map(({ displayName }) => displayName).join(' or ');
}
