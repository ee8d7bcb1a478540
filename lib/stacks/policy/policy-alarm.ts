/** A ready-made alarm of a roll-out that a policy may require; the values are the names of `RolloutAlarm`'s factories. */
export enum PolicyAlarm {
  /** Processes that met an instruction which their processor does not have. */
  ILLEGAL_INSTRUCTIONS = 'illegalInstructions',
  /** Processes of the runtime that ended by a signal or a failure. */
  RUNTIME_CRASHES = 'runtimeCrashes',
  /** Instances whose kernels are not those of the image. */
  KERNEL_VERIFICATION = 'kernelVerification',
  /** Requests that failed. Asked of fleets behind a load balancer only: workers have no requests. */
  SERVER_ERROR_RATE = 'serverErrorRate',
  /** Instances that fail their health check. Asked of fleets behind a load balancer only: it is what checks. */
  UNHEALTHY_INSTANCES = 'unhealthyInstances',
  /** Too few tokens while there is work. */
  TOKENS_PER_SECOND = 'tokensPerSecond',
  /** First tokens that come too late. Asked of fleets of the built-in server only: it is what measures them. */
  TIME_TO_FIRST_TOKEN = 'timeToFirstToken',
}
