import { ReadMetrics, readMetrics, WantedMetric } from '../../report/read-metrics';
import { Check, ok, problem, skipped, warning } from '../check';
import { AwsCheck, RegionUnderTest } from './aws-check';

const ID = 'aws.quota';

/** A quota of vCPUs of a class of families, on-demand or Spot. */
interface VcpuQuota {
  readonly id: string;
  readonly code: string;
  /** The class as the metrics of AWS/Usage name it. */
  readonly usageClass: string;
}

/**
 * https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-instance-quotas.html and
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-spot-limits.html, read 2026-11-23; HPC is not sold as Spot
 */
const QUOTAS: readonly { readonly families: RegExp; readonly onDemand: VcpuQuota; readonly spot?: VcpuQuota }[] = [
  {
    families: /^hpc/,
    onDemand: { id: 'hpcOnDemand', code: 'L-F7808C92', usageClass: 'HPC/OnDemand' },
  },
  {
    families: /^g/,
    onDemand: { id: 'gOnDemand', code: 'L-DB2E81BA', usageClass: 'G/OnDemand' },
    spot: { id: 'gSpot', code: 'L-3819A6DF', usageClass: 'G/Spot' },
  },
  {
    families: /^x/,
    onDemand: { id: 'xOnDemand', code: 'L-7295265B', usageClass: 'X/OnDemand' },
    spot: { id: 'xSpot', code: 'L-E3A00192', usageClass: 'X/Spot' },
  },
  {
    families: /^[acdhimrtz]/,
    onDemand: { id: 'onDemand', code: 'L-1216C47A', usageClass: 'Standard/OnDemand' },
    spot: { id: 'spot', code: 'L-34B43A08', usageClass: 'Standard/Spot' },
  },
];

/** Whether the account may run the vCPUs that all groups of a region can have at their largest. */
export const VCPU_QUOTAS: AwsCheck = {
  id: ID,
  check: async (region) => {
    const unknown = region.groups.filter(({ most }) => most === undefined);
    const checks: Check[] = unknown.map(({ path }) =>
      skipped(`${ID}.${path}`, 'the greatest size of the group, or its vCPUs, are only known at deployment'),
    );
    const needs = [...needsOf(region)].filter(([, vcpus]) => vcpus > 0);
    const used = await usage(region, needs);
    for (const [quota, vcpus] of needs) {
      checks.push(judge(quota, vcpus, await valueOf(region, quota), used(quota)));
    }
    return checks;
  },
};

/** A group of several classes could be wholly of either. */
function needsOf({ groups }: RegionUnderTest): Map<VcpuQuota, number> {
  const needs = new Map<VcpuQuota, number>();
  for (const { instanceTypes, most } of groups) {
    for (const { families, onDemand, spot } of most ? QUOTAS : []) {
      const isFirst = (type: string) => QUOTAS.find((each) => each.families.test(type))?.families === families;
      if (instanceTypes.some(isFirst)) {
        needs.set(onDemand, (needs.get(onDemand) ?? 0) + most!.onDemand);
        if (spot) {
          needs.set(spot, (needs.get(spot) ?? 0) + most!.spot);
        }
      }
    }
  }
  return needs;
}

interface QuotaValue {
  readonly name: string;
  readonly vcpus: number;
}

function judge({ id: name, usageClass }: VcpuQuota, need: number, quota: QuotaValue, used: number | undefined): Check {
  const id = `${ID}.${name}`;
  const found = `${quota.name}: ${quota.vcpus} vCPUs, the fleets may need ${need} at their largest, ${
    used === undefined ? 'use not published' : `in use ${used}`
  }`;
  const fix = `ask Service Quotas for more (${usageClass}), or lower maxInstances`;
  if (need > quota.vcpus) {
    return problem(id, found, fix);
  }
  return used !== undefined && used + need > quota.vcpus
    ? warning(id, `${found}: too few unless that use is by these fleets`, fix)
    : ok(id, found);
}

/** An account that never asked for more has the default, which has a question of its own. */
async function valueOf({ aws }: RegionUnderTest, { code }: VcpuQuota): Promise<QuotaValue> {
  const input = { ServiceCode: 'ec2', QuotaCode: code };
  const applied = await aws.ask('servicequotas:GetServiceQuota', ({ sdk, quotas, signal }) =>
    quotas.send(new sdk.GetServiceQuotaCommand(input), { abortSignal: signal }).catch((error: Error) => {
      if (error.name === 'NoSuchResourceException') {
        return undefined;
      }
      throw error;
    }),
  );
  const { Quota } =
    applied ??
    (await aws.ask('servicequotas:GetAWSDefaultServiceQuota', ({ sdk, quotas, signal }) =>
      quotas.send(new sdk.GetAWSDefaultServiceQuotaCommand(input), { abortSignal: signal }),
    ));
  return { name: Quota?.QuotaName ?? code, vcpus: Quota?.Value ?? 0 };
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Usage-Metrics-Service-Quotas.html, read 2026-11-23 */
async function usage(
  { aws, now }: RegionUnderTest,
  needs: readonly (readonly [VcpuQuota, number])[],
): Promise<(quota: VcpuQuota) => number | undefined> {
  const period = 300;
  const end = Math.floor(now / period) * period;
  const time = { start: end - 3 * period, end, period, why: '' };
  const metrics: ReadMetrics = await readMetrics(
    aws,
    needs.map(([quota]) => usageMetric(quota)),
    time,
  );
  return (quota) => {
    const { metric, stat } = usageMetric(quota);
    const points = metrics.points(metric, stat, { start: time.start, period, length: 3 });
    return points.reduce((last, point) => point ?? last, undefined);
  };
}

function usageMetric({ usageClass }: VcpuQuota): WantedMetric {
  return {
    metric: {
      namespace: 'AWS/Usage',
      metricName: 'ResourceCount',
      dimensions: { Service: 'EC2', Type: 'Resource', Resource: 'vCPU', Class: usageClass },
    },
    stat: 'Maximum',
  };
}
