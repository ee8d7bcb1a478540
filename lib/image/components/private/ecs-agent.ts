import { bashStep, ComponentPhases, fileStep } from '../../private/component-document';

const CONFIGURATION = '/etc/ecs/ecs.config';
const DROP_IN = '/etc/systemd/system/ecs.service.d/50-graviton.conf';

/**
 * What AWS Batch requires of an AMI: Docker, the agent, and the log driver for CloudWatch Logs.
 * https://docs.aws.amazon.com/batch/latest/userguide/batch-ami-spec.html,
 * https://docs.aws.amazon.com/linux/al2023/ug/ecs.html (`ecs-init` is in the core repository), read 2026-11-23
 */
export function ecsAgentPhases(): ComponentPhases {
  return {
    build: [
      bashStep('InstallAgent', 'dnf install -y docker ecs-init'),
      // AWS Batch adds the cluster to this file at the first boot.
      fileStep('WriteConfiguration', CONFIGURATION, 'ECS_AVAILABLE_LOGGING_DRIVERS=["json-file","awslogs"]\n'),
      fileStep('KeepOffElsewhere', DROP_IN, dropIn()),
      // Not started: an AMI with the state of a registered agent could not register again.
      bashStep('EnableAgent', 'systemctl daemon-reload', 'systemctl enable docker.service ecs.service'),
    ],
    validate: [bashStep('CheckNoState', 'test ! -e /var/lib/ecs/data/agent.db')],
    test: [bashStep('CheckAgent', 'systemctl is-enabled --quiet docker.service ecs.service', 'docker info >/dev/null')],
  };
}

/** Without a cluster the agent would try to register with one named `default`, for as long as the instance lives. */
function dropIn(): string {
  return `[Service]\nExecCondition=/usr/bin/grep -q ^ECS_CLUSTER= ${CONFIGURATION}\n`;
}
