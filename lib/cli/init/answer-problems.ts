import { InstanceCatalog, InstanceStatus, Offering, PriceBook } from '../../catalog';
import { regionProblem as nameProblem } from '../../catalog/private/region-problem';

/** What is wrong with a region, or nothing. */
export function regionProblem(region: string): string | undefined {
  const problem = nameProblem(region);
  return problem && `Allowed is ${problem.allowed}: ${problem.fix}`;
}

/** What is wrong with an instance type in a region, or nothing. */
export function instanceTypeProblem(instanceType: string, region: string): string | undefined {
  const { status, reason, nearest } = InstanceCatalog.classify(instanceType);
  if (status !== InstanceStatus.KNOWN && status !== InstanceStatus.UNKNOWN_FAMILY) {
    return `It is ${reason}. Allowed is a Graviton type such as ${nearest[0] ?? 'm9g.4xlarge'}.`;
  }
  return InstanceCatalog.isOffered(instanceType, region) === Offering.NOT_OFFERED
    ? `${region} does not sell it. It is sold in ${InstanceCatalog.offeredRegions(instanceType.split('.')[0]).join(', ')}.`
    : undefined;
}

/** What is wrong with a number of instances, or nothing. */
export function countProblem(count: number | undefined, least: number): string | undefined {
  return Number.isSafeInteger(count) && count! >= least ? undefined : `Allowed is a whole number from ${least}.`;
}

/** What is wrong with the name of a repository of Hugging Face, or nothing. */
export function repositoryProblem(repository: string): string | undefined {
  return /^[\w.-]+\/[\w.-]+(:[\w.-]+)?$/.test(repository)
    ? undefined
    : 'Allowed is owner/name, such as ggml-org/gemma-3-1b-it-GGUF.';
}

/** The list price of an instance type, for a question. */
export function priceText(instanceType: string, region: string): string {
  const price = PriceBook.published().listPrice(instanceType, region);
  return price ? `${price.usdPerHour.toFixed(4)} USD per hour, list price ${price.asOf}` : 'list price unknown';
}
