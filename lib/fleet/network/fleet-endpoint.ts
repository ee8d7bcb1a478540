/**
 * An AWS service that instances without a way out reach by an interface endpoint. Each costs 0.01 USD per hour and
 * Availability Zone, and 0.01 USD per GB, in us-east-1 (list price of AWS PrivateLink, 2026).
 */
export enum FleetEndpoint {
  /** Systems Manager: Session Manager in place of SSH, and Image Builder's control of its builders. */
  SYSTEMS_MANAGER = 'ssm',
  /** The channel of Systems Manager. Agents since 3.3.40 need no `ec2messages` beside it. */
  SYSTEMS_MANAGER_MESSAGES = 'ssmmessages',
  /** Image Builder: a builder fetches the components of its recipe. */
  IMAGE_BUILDER = 'imagebuilder',
  /** CloudWatch Logs: what builders and instances log. */
  CLOUDWATCH_LOGS = 'logs',
  /** CloudWatch: metrics that instances publish. */
  CLOUDWATCH_METRICS = 'monitoring',
  /** SQS: the queue of a worker fleet. */
  SQS = 'sqs',
  /** Auto Scaling: completion of lifecycle hooks, protection from scale-in. */
  AUTO_SCALING = 'autoscaling',
  /** Elastic Load Balancing: an instance that Spot interrupts leaves its target group by itself. */
  ELASTIC_LOAD_BALANCING = 'elasticloadbalancing',
  /** Secrets Manager. */
  SECRETS_MANAGER = 'secretsmanager',
  /** The API of the Elastic Container Registry; layers come from its other endpoint and from S3. */
  ECR_API = 'ecr.api',
  /** The registry itself: images of your account, and public ones by a pull-through cache. */
  ECR_REGISTRY = 'ecr.dkr',
}
