/** Software on an AMI without which some constructs cannot use it. A component of the image installs it. */
export enum ImageFeature {
  /** The agent of Amazon ECS and Docker, for AWS Batch: `ImageComponent.ecsAgent()`. */
  ECS_AGENT = 'ecs-agent',
  /** Ray, with the units that join an instance to its cluster: `ImageComponent.ray()`. */
  RAY = 'ray',
}
