import { InferenceFleet, SpotNotice } from '../../lib';
import { CloudFormationTemplate, Json, onlyResource } from './template';
import { parseCommandLine, templateUnitOf, valuesOf } from './unit-files';

/** What an instance of a fleet does with a request, in seconds, once its first boot is over. */
export interface RequestLimits {
  /** What the built-in server lets a request take; undefined for another runtime. */
  readonly request?: number;
  /** How long the server finishes what it accepted when it is stopped. */
  readonly serverDrain?: number;
  /** After which systemd ends a server that does not stop. */
  readonly stopTimeout: number;
  /** How long the agent waits for requests, from the notice on. */
  readonly agentDrain: number;
}

/** As systemd has the unit: of the image, with what the fleet's script of the first boot writes over it. */
export function requestLimitsOf({ image, userData }: InferenceFleet): RequestLimits {
  const unit = templateUnitOf(image.runtime);
  const script = userData.render();
  const dropIn = (/printf '(\[Service\].*)' >/.exec(script)?.[1] ?? '').replaceAll('\\n', '\n');
  const settled = `${unit}\n${dropIn}`;
  const variables = Object.fromEntries(valuesOf(settled, 'Environment').map((setting) => setting.split('='))) as Record<
    string,
    string | undefined
  >;
  const words = parseCommandLine(valuesOf(unit, 'ExecStart')[0]);
  const secondsOf = (option: string) => {
    const index = words.indexOf(option);
    const value = words[index + 1].replace(/^\$\{(\w+)\}$/, (_, name: string) => variables[name] ?? 'nothing');
    return index < 0 ? undefined : Number(value);
  };
  return {
    request: secondsOf('--request-seconds'),
    serverDrain: secondsOf('--drain-seconds'),
    stopTimeout: Number(valuesOf(settled, 'TimeoutStopSec').at(-1)),
    agentDrain: Number(/"drainSeconds":(\d+)/.exec(script)![1]),
  };
}

/** Ways in which a request that the built-in server accepted could be cut. */
export function cutRequests(fleet: InferenceFleet, deregistrationDelay: number): string[] {
  const { request, serverDrain, stopTimeout, agentDrain } = requestLimitsOf(fleet);
  if (request === undefined || serverDrain === undefined) {
    return [];
  }
  const { drain } = fleet['_settings'];
  const [noticeSeconds, mustSuffice] = [10, drain.spotNotice === SpotNotice.MUST_SUFFICE];
  const rules: [boolean, string][] = [
    [!(request >= 1 && serverDrain >= 1), 'the server does not understand its limits'],
    [agentDrain < request + noticeSeconds, 'the agent lets the instance go before the request is done'],
    [deregistrationDelay < request + noticeSeconds, 'the load balancer cuts the request'],
    [serverDrain < request, 'the server cuts the request when it is stopped'],
    [stopTimeout <= serverDrain, 'systemd cuts the request'],
    [fleet.capacity.usesSpot && mustSuffice && request + noticeSeconds > 120, 'an interruption cuts the request'],
  ];
  return rules.filter(([isBroken]) => isBroken).map(([, text]) => text);
}

/** Seconds that the load balancer gives the requests of an instance that it sends nothing more. */
export function deregistrationDelay(template: CloudFormationTemplate): number {
  const [, { Properties }] = onlyResource(template, 'AWS::ElasticLoadBalancingV2::TargetGroup');
  const attributes = Properties.TargetGroupAttributes as Json[];
  return Number(attributes.find(({ Key }) => Key === 'deregistration_delay.timeout_seconds')!.Value);
}
