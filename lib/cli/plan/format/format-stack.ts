import { row } from '../../row';
import { QuotaUse, StackPlan } from '../plan-report';
import { MonitoringCost } from '../read/monitoring-cost';
import { SecurityPosture } from '../read/security-posture';
import { formatFleet } from './format-fleet';
import { count, range, some } from './text';

/** More do not fit on a line. */
const MOST_NAMES = 3;

/** A stack for people: its fleets, and what else comes with them. */
export function formatStack(stack: StackPlan): string {
  const fleets = stack.fleets.map((fleet) => formatFleet(fleet, stack.region));
  return [...fleets, [`Stack ${stack.stack}`, ...stackRows(stack)].join('\n')].join('\n\n');
}

function stackRows({ quotas, security, monitoring, warnings }: StackPlan): string[] {
  return [
    ...quotaRows(quotas),
    ...securityRows(security),
    row('monitoring', monitoringText(monitoring)),
    ...warnings.map((warning) => row('warning', warning)),
  ];
}

function quotaRows(quotas: readonly QuotaUse[]): string[] {
  const exceeded = quotas.filter((use) => use.needed > use.default);
  const others = quotas.filter((use) => use.needed <= use.default);
  return [
    ...exceeded.map((use) => row('quota to raise', quotaText(use))),
    ...(others.length > 0
      ? [row('quotas', others.map((use) => `${use.needed} of ${use.default} ${use.name}`).join(', '))]
      : []),
  ];
}

export function quotaText({ name, code, needed, default: standard }: QuotaUse): string {
  const unit = name.includes('Instance') || name.includes('instances') ? 'vCPUs' : '';
  return (
    `${name}${code ? ` (${code})` : ''}: up to ${needed} ${unit}`.trimEnd() + `, an account starts with ${standard}`
  );
}

function securityRows(security: SecurityPosture): string[] {
  const { instanceMetadata, encryption, publicAddresses, roles, broadStatements, acknowledgements } = security;
  const { launchConfigurations, withoutImdsV2, greatestHopLimit } = instanceMetadata;
  return [
    row(
      'IMDSv2',
      withoutImdsV2.length > 0
        ? `NOT required by ${some(withoutImdsV2, MOST_NAMES)}`
        : `required by all ${launchConfigurations} launch configurations, hop limit up to ${greatestHopLimit ?? 1}`,
    ),
    row(
      'encryption',
      encryption.unencrypted.length > 0
        ? `NOT of ${some(encryption.unencrypted, MOST_NAMES)}`
        : `all ${encryption.encrypted} volumes and stores`,
    ),
    row('ingress', ingressText(security)),
    row('public addresses', publicAddresses.length > 0 ? some(publicAddresses, MOST_NAMES) : 'none of a fleet'),
    ...(security.listeners.length > 0 ? [row('listeners', listenersText(security))] : []),
    row('IAM', `${count(roles, 'role')}; ${broadText(broadStatements)}`),
    row('acknowledged', acknowledgementText(acknowledgements)),
  ];
}

function ingressText({ ingress }: SecurityPosture): string {
  const open = ingress.filter((rule) => rule.open).map(({ where, traffic }) => `${traffic} to ${where}`);
  if (open.length > 0) {
    return `OPEN to anyone: ${some(open, MOST_NAMES)}`;
  }
  const rules = ingress.map(({ where, traffic, from }) => `${traffic} to ${where} from ${from}`);
  return rules.length > 0 ? some(rules, MOST_NAMES) : 'none';
}

function listenersText({ listeners }: SecurityPosture): string {
  const texts = listeners.map(({ protocol, tlsPolicy }) =>
    tlsPolicy ? `${protocol} (${tlsPolicy})` : `${protocol}, no TLS`,
  );
  return [...new Set(texts)].join(', ');
}

function broadText(statements: SecurityPosture['broadStatements']): string {
  const unconditional = statements.filter(({ conditional }) => !conditional);
  if (statements.length === 0) {
    return 'no statement allows by wildcard';
  }
  const actions = [...new Set(unconditional.flatMap((statement) => statement.actions))];
  const narrowed = statements.length - unconditional.length;
  return [
    ...(actions.length > 0 ? [`by wildcard: ${some(actions, 2 * MOST_NAMES)}`] : []),
    ...(narrowed > 0 ? [`${count(narrowed, 'wildcard')} under a condition`] : []),
  ].join('; ');
}

function acknowledgementText(acknowledgements: SecurityPosture['acknowledgements']): string {
  const rules = [...new Set(acknowledgements.map(({ rule }) => rule))];
  return rules.length > 0
    ? `${count(rules.length, 'finding')} of policy rules, each with its reason (--json): ${rules.slice(0, MOST_NAMES).join(', ')}${rules.length > MOST_NAMES ? ', ...' : ''}`
    : 'no finding';
}

function monitoringText(cost: MonitoringCost): string {
  const { alarms, scalingAlarms, metricsInAlarms, dashboards, meterMetrics, serverMetrics, usdPerMonth } = cost;
  const parts = [
    `${count(alarms + scalingAlarms, 'alarm')} on ${count(metricsInAlarms, 'metric')}`,
    count(dashboards, 'dashboard'),
    ...(serverMetrics > 0 ? [`${count(serverMetrics, 'metric')} of the server`] : []),
    ...(meterMetrics > 0 ? [`${count(meterMetrics, 'metric')} of a meter`] : []),
  ];
  return `${range(usdPerMonth, 2)} USD per month: ${parts.join(', ')} (us-east-1 list prices 2026, no free tier)`;
}
