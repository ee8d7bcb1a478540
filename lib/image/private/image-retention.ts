import { Duration, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { Problem, ProblemList } from '../../validation';
import { DistributionTarget } from '../distribution/distribution-target';
import { KeepLastOptions } from '../lifecycle/keep-last-options';
import { createLifecycleRole } from './build/execution-role';
import { deployedTag, KEEP_TAG, rebuiltTag } from './build/image-tags';
import { LifecyclePolicy } from './image-builder/lifecycle-policy';

const DEFAULT_UNUSED_FOR = Duration.days(90);

/** The current image and the one before it; and what Image Builder takes. */
const MIN_COUNT = 2;
const MAX_COUNT = 1000;

/**
 * Days between the end of an instance's life and the end of its AMI's protection. EC2 reports a launch up to 24 hours
 * late (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ami-last-launched-time.html), and Auto Scaling takes a while
 * to replace an instance that is too old.
 */
const MARGIN_DAYS = 2;

/** The least life of an instance that Auto Scaling takes is a day, and the greatest time that Image Builder takes 365. */
const MIN_UNUSED_DAYS = MARGIN_DAYS + 1;
const MAX_UNUSED_DAYS = 365;

interface Kept {
  readonly count: number;
  readonly unusedDays: number;
  readonly role: iam.Role;
}

/** Which images of one construct are kept. */
export class ImageRetention {
  private kept?: Kept;
  private rebuilds = false;

  constructor(
    private readonly image: Construct,
    private readonly targets: readonly DistributionTarget[],
  ) {}

  public get maxInstanceLifetime(): Duration | undefined {
    return this.kept && Duration.days(this.kept.unusedDays - MARGIN_DAYS);
  }

  public addRebuilds(): void {
    this.rebuilds = true;
    this.keepRebuilt();
  }

  /** @throws FleetConfigError */
  public keepLast(count: number, { unusedFor = DEFAULT_UNUSED_FOR }: KeepLastOptions): void {
    const problems = new ProblemList();
    problems.addAll([...countProblems(count), ...timeProblems(unusedFor)]);
    if (this.kept) {
      const got = `${count} after ${this.kept.count}`;
      problems.add({ what: 'keepLast', got, allowed: 'one call for an image', fix: 'remove one of the calls' });
    }
    problems.throwIfAny(`${this.image.node.path}/keepLast`);
    this.kept = { count, unusedDays: unusedFor.toDays(), role: createLifecycleRole(this.image) };
    this.addPolicy('KeepDeployed', deployedTag(this.image), this.kept);
    this.keepRebuilt();
  }

  /** Apart from the deployed ones: rebuilt images may be many, and would push the one that the stack names out. */
  private keepRebuilt(): void {
    if (this.kept && this.rebuilds) {
      this.addPolicy('KeepRebuilt', rebuiltTag(this.image), this.kept);
    }
  }

  private addPolicy(id: string, selection: Record<string, string>, { count, unusedDays, role }: Kept): void {
    new LifecyclePolicy(this.image, id, {
      description: `Keeps the last ${count} images, and what was launched within ${unusedDays} days`,
      executionRoleArn: role.roleArn,
      selection,
      count,
      lastLaunchedDays: unusedDays,
      sharedAccounts: [...new Set(this.targets.flatMap(({ accounts = [] }) => accounts))],
      exclusion: KEEP_TAG,
    });
  }
}

function countProblems(count: number): Problem[] {
  if (Token.isUnresolved(count) || (Number.isInteger(count) && count >= MIN_COUNT && count <= MAX_COUNT)) {
    return [];
  }
  const allowed = `a whole number from ${MIN_COUNT} to ${MAX_COUNT}`;
  const fix = 'keep the current image and at least the one before it, which a rollback returns to';
  return [{ what: 'count', got: `${count}`, allowed, fix }];
}

function timeProblems(unusedFor: Duration): Problem[] {
  const days = unusedFor.isUnresolved() ? Number.NaN : unusedFor.toDays({ integral: false });
  if (Number.isInteger(days) && days >= MIN_UNUSED_DAYS && days <= MAX_UNUSED_DAYS) {
    return [];
  }
  const got = unusedFor.isUnresolved() ? 'a value that is only known at deployment' : unusedFor.toHumanString();
  const allowed = `${MIN_UNUSED_DAYS} to ${MAX_UNUSED_DAYS} whole days`;
  return [{ what: 'unusedFor', got, allowed, fix: 'use Duration.days(90)' }];
}
