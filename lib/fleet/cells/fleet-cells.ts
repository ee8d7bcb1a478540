import * as route53 from 'aws-cdk-lib/aws-route53';
import * as targets from 'aws-cdk-lib/aws-route53-targets';
import { Construct } from 'constructs';
import { throwIfAny } from '../../validation';
import { InferenceFleet } from '../inference-fleet';
import { FleetCellsProps } from './fleet-cells-props';
import { cellProblems } from './private/cell-problems';

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
    const { hostedZone, recordName, weights } = props;
    throwIfAny(this.node.path, cellProblems(props.cells, weights));
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
