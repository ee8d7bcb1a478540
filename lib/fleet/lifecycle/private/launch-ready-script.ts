/** Of the group and not of the account. */
export const LAUNCH_HOOK = 'ready';

const SCRIPT = '/usr/local/sbin/graviton-launch-ready';
const UNIT = 'graviton-launch-ready.service';

export interface LaunchReadyOptions {
  readonly port: number;
  readonly healthPath: string;
  /** Seconds after which Auto Scaling waits no longer. */
  readonly timeoutSeconds: number;
}

/**
 * Commands for the first boot that install a service, which tells Auto Scaling of each launch that the runtime answers:
 * when the instance goes to the warm pool, and again when it comes from there. Auto Scaling would stop an instance of the
 * pool as soon as it runs, in the midst of its user data.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/warm-pool-instance-lifecycle.html
 */
export function launchReadyCommands(options: LaunchReadyOptions): string[] {
  return [
    `cat >${SCRIPT} <<'END'\n${launchReadyScript(options)}\nEND`,
    `chmod 755 ${SCRIPT}`,
    `cat >/etc/systemd/system/${UNIT} <<'END'\n${unitFile()}\nEND`,
    'systemctl daemon-reload',
    `systemctl enable --now ${UNIT}`,
  ];
}

/**
 * Polls the state that Auto Scaling wants the instance to reach. A process of its own survives hibernation, where neither
 * cloud-init nor a one-shot unit would run again.
 */
export function launchReadyScript({ port, healthPath, timeoutSeconds }: LaunchReadyOptions): string {
  return `#!/bin/bash
# Completes the launch lifecycle action of Auto Scaling once the runtime answers.
set -u
metadata=\${GRAVITON_METADATA:-http://169.254.169.254}/latest
metadata() {
  local token
  token=$(curl -fsS -m 5 -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' "$metadata/api/token") || return
  curl -fsS -m 5 -H "X-aws-ec2-metadata-token: $token" "$metadata/meta-data/$1"
}
settled='' seen='' since=0
while sleep "\${GRAVITON_POLL_SECONDS:-5}"; do
  target=$(metadata autoscaling/target-lifecycle-state) || continue
  # An instance that comes back from service answers to the hook of its end alone.
  if [ "$seen" = InService ] && [ "$target" != InService ]; then settled=$target; fi
  if [ "$target" != "$seen" ]; then seen=$target since=$SECONDS; fi
  case $target in
    "$settled") continue ;;
    InService | Warmed:Stopped | Warmed:Hibernated | Warmed:Running) ;;
    *) settled=$target; continue ;;
  esac
  if [ $((SECONDS - since)) -gt ${timeoutSeconds} ]; then settled=$target; continue; fi
  curl -fsS -m 5 -o /dev/null 'http://127.0.0.1:${port}${healthPath}' || continue
  aws autoscaling complete-lifecycle-action \\
    --region "$(metadata placement/region)" \\
    --auto-scaling-group-name "$(metadata tags/instance/aws:autoscaling:groupName)" \\
    --lifecycle-hook-name ${LAUNCH_HOOK} \\
    --instance-id "$(metadata instance-id)" \\
    --lifecycle-action-result CONTINUE && settled=$target
done`;
}

function unitFile(): string {
  return [
    '[Unit]',
    'Description=Tells Auto Scaling when this instance is ready',
    'After=network-online.target',
    'Wants=network-online.target',
    '[Service]',
    `ExecStart=${SCRIPT}`,
    'Restart=always',
    'RestartSec=5',
    '[Install]',
    'WantedBy=multi-user.target',
  ].join('\n');
}
