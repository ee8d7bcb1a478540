import { InstanceArchitecture } from 'aws-cdk-lib/aws-ec2';
import { GravitonProcessor } from '../graviton-processor';
import { classifyInstanceType } from '../private/classify-instance-type';
import { allInstanceFacts, instanceFactsByType } from '../private/instance-facts-table';
import { parseInstanceName } from '../private/instance-name';
import { offering, offeredRegions } from '../private/offerings-table';
import { InstanceFacts } from './instance-facts';
import { InstanceVerdict } from './instance-verdict';
import { Offering } from './offering';

/**
 * The EC2 instance types that this library knows: every Graviton family from Graviton2 on, and m, c and r of 7i, 7a, 8i
 * and 8a to compare with.
 *
 * A dated snapshot: nothing is looked up. A type that is missing here may still exist, see {@link classify}.
 */
export class InstanceCatalog {
  /**
   * The facts about an instance type.
   *
   * @param instanceType for example `m9g.4xlarge`.
   * @returns undefined when the catalog does not have the type.
   */
  public static lookup(instanceType: string): InstanceFacts | undefined {
    return instanceFactsByType().get(instanceType);
  }

  /**
   * Judges the name of an instance type, and finds what may have been meant. Never throws.
   *
   * @param instanceType any text. A CDK token is no text to judge: callers check for tokens first.
   */
  public static classify(instanceType: string): InstanceVerdict {
    return classifyInstanceType(instanceType);
  }

  /**
   * Whether a region sells an instance type.
   *
   * Sources: DescribeInstanceTypeOfferings of 30 regions as published in getmoto/moto 5.2.5 (2026-10-27); in other
   * regions a known list price is proof of an offering, and its absence proves nothing.
   *
   * @param instanceType for example `m9g.4xlarge`.
   * @param region for example `us-east-1`; an unresolved region gives {@link Offering.UNKNOWN}.
   */
  public static isOffered(instanceType: string, region: string): Offering {
    return offering(instanceType, region);
  }

  /**
   * Regions in which the catalog knows a family to be sold, sorted by name.
   *
   * @param family for example `m9g`.
   * @returns an empty list for a family that the catalog does not have.
   */
  public static offeredRegions(family: string): string[] {
    return offeredRegions(family);
  }

  /**
   * Instance types of a family, smallest first.
   *
   * @param family for example `m9g`.
   * @returns an empty list for a family that the catalog does not have.
   */
  public static instanceTypesOf(family: string): InstanceFacts[] {
    return allInstanceFacts().filter((facts) => facts.family === family);
  }

  /**
   * The type that differs from another by its processor only: the same series, letters and size.
   *
   * @param instanceType for example `m9gd.4xlarge`.
   * @param processor for example `GravitonProcessor.GRAVITON4`, which gives `m8gd.4xlarge`.
   * @returns undefined when there is no such type, or when the name is not one of EC2's grammar.
   */
  public static counterpart(instanceType: string, processor: GravitonProcessor): InstanceFacts | undefined {
    const wanted = parseInstanceName(instanceType);
    return allInstanceFacts().find((facts) => {
      const name = parseInstanceName(facts.instanceType)!;
      return (
        facts.processor === processor &&
        name.series === wanted?.series &&
        name.attributes === wanted.attributes &&
        name.size === wanted.size
      );
    });
  }

  /** Every instance type of the catalog, newest Graviton first, x86 last. */
  public static all(): InstanceFacts[] {
    return [...allInstanceFacts()];
  }

  /** Every Graviton instance type of the catalog, newest first. */
  public static allGraviton(): InstanceFacts[] {
    return allInstanceFacts().filter((facts) => facts.architecture === InstanceArchitecture.ARM_64);
  }

  private constructor() {}
}
