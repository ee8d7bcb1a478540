import { Duration, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Problem } from '../../../validation';
import { bashStep, ComponentPhases, fileStep } from '../../private/component-document';
import { CloudWatchAgentOptions } from '../cloud-watch-agent-options';

const AGENT = '/opt/aws/amazon-cloudwatch-agent';
const CONFIGURATION = `${AGENT}/etc/graviton-fleet.json`;
const UNIT = 'amazon-cloudwatch-agent.service';

const DEFAULT_NAMESPACE = 'GravitonFleet';
const DEFAULT_INTERVAL = Duration.minutes(1);

/** Every option that CloudWatch would refuse. */
export function cloudWatchAgentProblems({ metricNamespace: namespace, interval }: CloudWatchAgentOptions): Problem[] {
  const problems: Problem[] = [];
  if (namespace !== undefined && !Token.isUnresolved(namespace) && !/^(?!AWS\/)[\w./#:-]{1,255}$/.test(namespace)) {
    const allowed = '1 to 255 letters, digits and ./_#:- that do not begin with AWS/';
    problems.push({ what: 'metricNamespace', got: JSON.stringify(namespace), allowed, fix: 'choose another name' });
  }
  const seconds = interval && !interval.isUnresolved() ? interval.toMilliseconds() / 1000 : 1;
  if (!Number.isInteger(seconds) || seconds < 1) {
    problems.push({
      what: 'interval',
      got: interval!.toHumanString(),
      allowed: 'whole seconds from 1',
      fix: 'use Duration.minutes(1)',
    });
  }
  return problems;
}

/** Installs and configures the agent; it starts with each instance. */
export function cloudWatchAgentPhases(options: CloudWatchAgentOptions): ComponentPhases {
  return {
    build: [
      bashStep('InstallAgent', 'dnf install -y amazon-cloudwatch-agent'),
      fileStep('WriteConfiguration', CONFIGURATION, JSON.stringify(configuration(options))),
      bashStep(
        'EnableAgent',
        `${AGENT}/bin/amazon-cloudwatch-agent-ctl -a fetch-config -m ec2 -c file:${CONFIGURATION}`,
        `systemctl enable ${UNIT}`,
      ),
    ],
    validate: [bashStep('CheckConfiguration', `test -s ${AGENT}/etc/amazon-cloudwatch-agent.toml`)],
    test: [bashStep('CheckAgent', `systemctl is-active ${UNIT}`)],
  };
}

/** What the agent needs on the instances. */
export function cloudWatchAgentStatements({
  metricNamespace: namespace = DEFAULT_NAMESPACE,
}: CloudWatchAgentOptions): iam.PolicyStatement[] {
  return [
    new iam.PolicyStatement({
      actions: ['cloudwatch:PutMetricData'],
      // The action knows no resources; the namespace is what can be limited.
      resources: ['*'],
      conditions: { StringEquals: { 'cloudwatch:namespace': namespace } },
    }),
    // The agent finds the name of its group among the instance's tags; the action knows no resources.
    new iam.PolicyStatement({ actions: ['ec2:DescribeTags'], resources: ['*'] }),
  ];
}

/**
 * Only the group is a dimension: with the instance or the host as another one, every instance would be billed for metrics
 * of its own.
 */
function configuration(options: CloudWatchAgentOptions) {
  const { metricNamespace: namespace = DEFAULT_NAMESPACE, interval = DEFAULT_INTERVAL } = options;
  return {
    agent: { metrics_collection_interval: interval.toSeconds(), omit_hostname: true, run_as_user: 'cwagent' },
    metrics: {
      namespace,
      append_dimensions: { AutoScalingGroupName: '${aws:AutoScalingGroupName}' },
      metrics_collected: {
        mem: { measurement: ['mem_used_percent'] },
        disk: { resources: ['/'], measurement: ['used_percent'], drop_device: true },
      },
    },
  };
}
