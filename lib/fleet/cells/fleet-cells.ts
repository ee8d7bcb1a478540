import { Token } from 'aws-cdk-lib';
import * as route53 from 'aws-cdk-lib/aws-route53';
import * as targets from 'aws-cdk-lib/aws-route53-targets';
import { Construct } from 'constructs';
import { FleetConfigError, Problem } from '../../validation';
import { InferenceFleet } from '../inference-fleet';
import { numberProblems } from '../private/range-problems';
import { FleetCellsProps } from './fleet-cells-props';

const MOST_CELLS = 100;
const MOST_WEIGHT = 255;
const DEFAULT_WEIGHT = 100;

/**
 * The same fleet several times, each with its own group and load balancer, behind weighted records of one name. A fault in
 * one cell, or a bad roll-out that is tried in one cell first, concerns the clients of that cell only. Route 53 sends
 * nobody to a cell whose load balancer has no healthy instance.
 *
 * One group stops being enough where a quota ends (defaults, 2026-11):
 *
 * | quota | default |
 * | --- | --- |
 * | targets per Application Load Balancer, and per target group | 1000 each |
 * | targets per Network Load Balancer | 500 per zone; 500 in all with cross-zone balancing |
 * | vCPUs of a family in a region | of the account |
 *
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-limits.html
 *
 * Clients keep an answer of the DNS for a minute, and open connections for longer: a changed weight takes that long.
 */
export class FleetCells extends Construct {
  /** The cells, in order; scale each: `cells.cells.forEach((cell) => cell.scaleOnRequestsInFlight({ perInstance: 4 }))`. */
  public readonly cells: InferenceFleet[];
  /** The name under which clients find the cells. */
  public readonly domainName: string;

  /** @throws FleetConfigError with every problem of the cells, or of the fleet */
  constructor(scope: Construct, id: string, props: FleetCellsProps) {
    super(scope, id);
    checkCells(this.node.path, props);
    const { hostedZone, recordName, weights } = props;
    this.cells = Array.from(
      { length: props.cells },
      (_, index) => new InferenceFleet(this, `Cell${index + 1}`, props.fleet),
    );
    this.cells.forEach((cell, index) => {
      new route53.ARecord(this, `Record${index + 1}`, {
        zone: hostedZone,
        recordName,
        target: route53.RecordTarget.fromAlias(
          new targets.LoadBalancerTarget(cell.loadBalancer, { evaluateTargetHealth: true }),
        ),
        weight: weights?.[index] ?? DEFAULT_WEIGHT,
        // By the cell's place, so that a changed weight updates the record; CDK would name it after the weight.
        setIdentifier: `cell-${index + 1}`,
      });
    });
    this.domainName = fullName(hostedZone.zoneName, recordName);
  }
}

/** The name as CDK completes it: within the zone, unless it says the zone itself or ends with a dot. */
function fullName(zoneName: string, recordName = zoneName): string {
  if (recordName.endsWith('.')) {
    return recordName.slice(0, -1);
  }
  const whole = recordName === zoneName || recordName.endsWith(`.${zoneName}`);
  return whole ? recordName : `${recordName}.${zoneName}`;
}

function checkCells(where: string, { cells, weights = [] }: FleetCellsProps): void {
  const problems: Problem[] = [
    ...unknownProblems(cells),
    ...numberProblems('cells', cells, { least: 1, most: MOST_CELLS, whole: true }),
    ...weights.flatMap((weight, index) =>
      numberProblems(`weights[${index}]`, weight, { least: 0, most: MOST_WEIGHT, whole: true }),
    ),
  ];
  if (weights.length > 0 && weights.length !== cells) {
    const fix = 'give one for each cell, or none';
    problems.push({ what: 'weights', got: `${weights.length} weights`, allowed: `${cells}`, fix });
  }
  if (weights.length > 0 && weights.every((weight) => weight === 0)) {
    // https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-weighted-alias.html
    const fix = 'give one a weight above 0: if all are 0, Route 53 sends the same share to each';
    problems.push({ what: 'weights', got: 'only zeros', allowed: 'at least one above 0', fix });
  }
  if (problems.length > 0) {
    throw new FleetConfigError(where, problems);
  }
}

/** Each cell is made at synthesis; of a number that is only known at deployment there would be none. */
function unknownProblems(cells: number): Problem[] {
  if (!Token.isUnresolved(cells)) {
    return [];
  }
  const got = 'a value that is only known at deployment';
  return [{ what: 'cells', got, allowed: `1 to ${MOST_CELLS}`, fix: 'write the number out' }];
}
