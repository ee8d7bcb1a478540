import { InferenceFleet, WorkerFleet } from '../../../../fleet';
import { FleetEconomics } from '../../../fleet-economics';
import { CostBasis } from '../../../metrics/cost-basis';

/** Markdown that says of each figure of a fleet how it is made, from what source and date. */
export function explanation(economics: FleetEconomics): string {
  return [
    '### How each figure is made',
    ...serviceText(economics),
    ...serverText(economics),
    '- **Instances** and **CPU utilization** are counted by Auto Scaling and EC2, and free of charge. CPU comes every five minutes; until then the last value counts.',
    powerText(economics),
    ...carbonText(economics),
    ...costTexts(economics),
  ].join('\n');
}

function serviceText({ fleet }: FleetEconomics): string[] {
  if (fleet instanceof WorkerFleet) {
    return [
      '- **Jobs** are counted by SQS, approximately. Done are the messages that workers delete; dead are those that failed too often.',
    ];
  }
  return fleet instanceof InferenceFleet
    ? ['- **Service** is counted by the load balancer. The time to answer ends with the first byte of the answer.']
    : [];
}

function serverText({ fleet }: FleetEconomics): string[] {
  return fleet._serverMetrics
    ? [
        '- **Tokens, their times and the requests of an instance** are counted by the server on each instance, and published once a minute: six metrics at 0.30 USD a month each, and 0.44 USD for each instance (us-east-1, list price 2026). Time to first token begins when a request arrives at the server, and includes its queue; percentiles are exact to the bucket of its histogram. **Restarts** are processes that systemd started again after a crash.',
        '- **Per million tokens** counts the generated ones unless the app names others; the work on prompts is in it.',
      ]
    : [];
}

function powerText({ powerSource, fleet }: FleetEconomics): string {
  return powerSource
    ? `- **Power is an estimate**, not a measurement: EC2 has no power meter. Instances in service x watts by their CPU utilization${mixText(fleet.capacity.instanceTypes)}. Model: ${powerSource}.`
    : '- **Power is unknown**, and carbon with it: the power model does not cover every instance type of this fleet.';
}

function mixText(instanceTypes: readonly string[]): string {
  return instanceTypes.length > 1
    ? '; low and high are those of any mix of the instance types, typical is the first type'
    : '';
}

function carbonText({ carbonSource, powerSource, region }: FleetEconomics): string[] {
  if (carbonSource) {
    return [
      `- **Carbon is an estimate**: power x the carbon intensity of the region's grid, without making the hardware. ${carbonSource}.`,
    ];
  }
  const where = region ?? 'a region that is only known at deployment';
  return powerSource ? [`- **Carbon is unknown**: there is no figure for the grid of ${where}.`] : [];
}

function costTexts({ priceSource, effectivePriceSource, costBasis, region }: FleetEconomics): string[] {
  const where = region ? `an instance type of this fleet in ${region}` : 'a stack without a fixed region';
  return [
    priceSource
      ? `- **List price is not the bill**: instances in service x USD per hour on demand, without storage, traffic and load balancer. Source: ${priceSource}.`
      : `- **List price is unknown** for ${where}.`,
    ...(effectivePriceSource
      ? [`- **Effective cost** is what the price book says that you pay for the instances. ${effectivePriceSource}.`]
      : []),
    ...(costBasis
      ? [
          `- **Cost per work and of idle CPU** is made from the ${costBasis === CostBasis.EFFECTIVE ? 'effective cost' : 'list price'}.`,
        ]
      : []),
  ];
}
