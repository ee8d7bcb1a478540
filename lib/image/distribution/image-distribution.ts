import { Token } from 'aws-cdk-lib';
import { FleetConfigError, Problem } from '../../validation';
import { DistributionTarget } from './distribution-target';

/** AMI tags of a distribution: https://docs.aws.amazon.com/imagebuilder/latest/APIReference/API_AmiDistributionConfiguration.html */
const TAG_KEY = /^(?!aws:)[a-zA-Z0-9+\-=._:/]{1,128}$/;
const MAX_TAG_VALUE = 256;

/** Regions and accounts that get an image when it is built and tested. */
export class ImageDistribution {
  /**
   * To regions beside the stack's own, and to other accounts. Copies are billed by the gigabyte, and so are their
   * snapshots.
   *
   * @throws FleetConfigError with every region that is named twice, account that is none, and tag that Image Builder
   * refuses
   */
  public static to(...targets: DistributionTarget[]): ImageDistribution {
    const problems = [...repeatedRegions(targets), ...targets.flatMap(targetProblems)];
    if (problems.length > 0) {
      throw new FleetConfigError('ImageDistribution.to', problems);
    }
    return new ImageDistribution(targets);
  }

  private constructor(
    /** Regions with what the image gets there. */
    public readonly targets: DistributionTarget[],
  ) {}
}

function repeatedRegions(targets: DistributionTarget[]): Problem[] {
  const regions = targets.map(({ region }) => region);
  const repeated = [...new Set(regions.filter((region, index) => regions.indexOf(region) !== index))];
  return repeated.map((region) => ({
    what: 'region',
    got: `${region} more than once`,
    allowed: 'each region once',
    fix: 'join its accounts and tags in one target',
  }));
}

function targetProblems({ region, encryptionKey, accounts = [], tags = {} }: DistributionTarget): Problem[] {
  const problems: Problem[] = [];
  const where = Token.isUnresolved(region) ? 'the region' : region;
  if (!Token.isUnresolved(region) && !/^[a-z]{2,}(-[a-z]+)+-\d$/.test(region)) {
    const fix = 'give the name of the region, not of a zone';
    problems.push({ what: 'region', got: JSON.stringify(region), allowed: 'a region such as us-west-2', fix });
  }
  const keyRegion = encryptionKey?.env.region;
  if (keyRegion && !Token.isUnresolved([keyRegion, region]) && keyRegion !== region) {
    const fix = 'import the key with kms.Key.fromKeyArn(), whose ARN names its region';
    problems.push({ what: `${where} encryptionKey`, got: `a key in ${keyRegion}`, allowed: `a key in ${region}`, fix });
  }
  for (const account of accounts.filter((id) => !Token.isUnresolved(id) && !/^\d{12}$/.test(id))) {
    const allowed = 'an id of 12 digits';
    problems.push({ what: `${where} accounts`, got: JSON.stringify(account), allowed, fix: 'give the account id' });
  }
  for (const [key, value] of Object.entries(tags)) {
    if (!TAG_KEY.test(key) || (!Token.isUnresolved(value) && value.length > MAX_TAG_VALUE)) {
      const allowed = 'a key of 128 letters, digits and +-=._:/, a value of 256 characters';
      problems.push({
        what: `${where} tags`,
        got: JSON.stringify({ [key]: value }),
        allowed,
        fix: 'shorten or rename it',
      });
    }
  }
  return problems;
}
