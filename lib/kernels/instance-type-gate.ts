import { Annotations, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { GravitonProcessor, InstanceCatalog, InstanceStatus, InstanceVerdict, Offering } from '../catalog';
import { Problem } from '../validation';
import { KernelBundle } from './kernel-bundle';
import { KernelVariant } from './kernel-variant';
import { lackOf, lowerVariantNote } from './private/lower-variant-note';

/** Instance types, and what must run on them. */
export interface InstanceTypeRequest {
  /** The property that lists the types, for messages. */
  readonly what: string;
  readonly instanceTypes: readonly string[];
  /** The stack's region, or a token when it is only known at deployment. */
  readonly region: string;
  /** The bundles on the image: each must have a variant that runs. */
  readonly kernels?: readonly KernelBundle[];
}

/** The gate's judgement on a list of instance types. */
export interface InstanceTypeJudgement {
  readonly problems: Problem[];
  /** What could not be checked, by instance type. */
  readonly warnings: Map<string, string>;
  /** What works, and could work better, by instance type. */
  readonly notes: Map<string, string>;
}

/**
 * Holds every instance type against the catalog, the region and the kernels. No type passes on which every variant of
 * the kernels would trap, and none whose architecture differs from the image's.
 *
 * @internal
 */
export function judgeInstanceTypes(request: InstanceTypeRequest): InstanceTypeJudgement {
  const problems = listProblems(request);
  const warnings = new Map<string, string>();
  const notes = new Map<string, string>();
  for (const instanceType of new Set(request.instanceTypes)) {
    if (Token.isUnresolved(instanceType)) {
      problems.push(
        problem(request, 'a value that is only known at deployment', 'names of instance types', LITERAL_FIX),
      );
      continue;
    }
    const verdict = InstanceCatalog.classify(instanceType);
    const found = [...nameProblems(request, verdict), ...regionProblems(request, verdict)];
    const bundles = request.kernels ?? [];
    problems.push(
      ...(found.length > 0 ? found : bundles.flatMap((bundle) => kernelProblems(request, bundle, verdict))),
    );
    if (found.length === 0 && verdict.status === InstanceStatus.UNKNOWN_FAMILY) {
      warnings.set(instanceType, unknownFamilyWarning(request, instanceType));
    }
    const lower = found.length > 0 ? [] : bundles.flatMap((bundle) => lowerVariantNote(bundle, verdict));
    if (lower.length > 0) {
      notes.set(instanceType, lower.join(' '));
    }
  }
  return { problems, warnings, notes };
}

/** Shows the warnings and notes of a judgement on a construct. */
export function annotateJudgement(scope: IConstruct, { warnings, notes }: InstanceTypeJudgement): void {
  for (const [instanceType, warning] of warnings) {
    Annotations.of(scope).addWarningV2(`cdk-graviton-fleet:unknownInstanceType:${instanceType}`, warning);
  }
  for (const [instanceType, note] of notes) {
    Annotations.of(scope).addInfoV2(`cdk-graviton-fleet:lowerKernelVariant:${instanceType}`, note);
  }
}

const LITERAL_FIX = 'write the names out: nothing can be checked about a type that is not known at synthesis';

function listProblems(request: InstanceTypeRequest): Problem[] {
  const { instanceTypes } = request;
  const repeated = [...new Set(instanceTypes.filter((type, index) => instanceTypes.indexOf(type) !== index))];
  if (instanceTypes.length === 0) {
    return [
      problem(request, 'an empty list', 'at least one instance type', 'name a Graviton type such as m9g.4xlarge'),
    ];
  }
  return repeated.map((type) => problem(request, `${type} more than once`, 'each type once', 'remove the repetition'));
}

function nameProblems(request: InstanceTypeRequest, verdict: InstanceVerdict): Problem[] {
  if (verdict.status === InstanceStatus.KNOWN || verdict.status === InstanceStatus.UNKNOWN_FAMILY) {
    return [];
  }
  const fix = `use a Graviton type such as ${(verdict.nearest.length > 0 ? verdict.nearest : ['m9g.4xlarge']).join(', ')}`;
  return [problem(request, `${verdict.instanceType} (${verdict.reason})`, 'Graviton instance types (arm64)', fix)];
}

function regionProblems(request: InstanceTypeRequest, verdict: InstanceVerdict): Problem[] {
  const { region } = request;
  if (Token.isUnresolved(region) || InstanceCatalog.isOffered(verdict.instanceType, region) !== Offering.NOT_OFFERED) {
    return [];
  }
  const regions = InstanceCatalog.offeredRegions(verdict.instanceType.split('.')[0]);
  const asOf = InstanceCatalog.lookup(verdict.instanceType)?.asOf;
  return [
    problem(
      request,
      `${verdict.instanceType} in ${region}, which does not offer it (as of ${asOf})`,
      `a region that offers it: ${regions.join(', ')}`,
      `deploy there, or use a type that ${region} offers`,
    ),
  ];
}

function kernelProblems(request: InstanceTypeRequest, kernels: KernelBundle, verdict: InstanceVerdict): Problem[] {
  if (kernels.runsOnAnyArm64) {
    return [];
  }
  const { processor, instanceType } = verdict;
  if (processor !== undefined && kernels.variantsFor(processor).length > 0) {
    return [];
  }
  const needs = kernels.variants.map((variant) => `${variant.name} needs ${needsOf(kernels, variant)}`);
  const got = processor
    ? `${instanceType} (${processor.displayName}), on which no variant of ${kernels.name} runs: ` +
      kernels.variants.map((variant) => lackOf(kernels, variant, processor)).join('; ')
    : `${instanceType}, whose processor is unknown to this version, and no variant of ${kernels.name} runs everywhere`;
  return [
    problem(request, got, needs.join('; '), 'use a newer generation, or add a variant for this one to the bundle'),
  ];
}

function needsOf(kernels: KernelBundle, { name, requiredFeatures }: KernelVariant): string {
  // A target declares all that its processor has, which is too much to read.
  const target = kernels._source && GravitonProcessor.of(name);
  return target ? `what ${target.displayName} has` : requiredFeatures.join(', ');
}

function unknownFamilyWarning({ kernels, region }: InstanceTypeRequest, instanceType: string): string {
  const safe = kernels?.length ? `its kernels run on any Arm64 CPU` : 'no kernels are declared for its image';
  const where = Token.isUnresolved(region) ? 'its region' : region;
  return (
    `Instance type ${instanceType} is unknown to this version's catalog. It is accepted because its name says Graviton and ` +
    `${safe}; that ${where} offers it, its vCPUs, price and power are unknown.`
  );
}

function problem({ what }: InstanceTypeRequest, got: string, allowed: string, fix: string): Problem {
  return { what, got, allowed, fix };
}
