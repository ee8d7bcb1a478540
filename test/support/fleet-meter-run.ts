import { METER_FUNCTION } from '../../lib/economics/meter/private/meter-function';
import { LambdaResult, LambdaRun, runLambda } from './lambda-process';
import { SimulatedAws } from './simulated-aws/simulated-aws';

/** Runs the built function of the fleet meter against a simulated AWS. */
export function runFleetMeter(
  aws: SimulatedAws,
  event: unknown,
  options: Partial<LambdaRun> = {},
): Promise<LambdaResult> {
  return runLambda({
    directory: METER_FUNCTION,
    event,
    environment: {
      AWS_ENDPOINT_URL: aws.endpoint,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'testing',
      AWS_SECRET_ACCESS_KEY: 'testing',
    },
    timeoutSeconds: 300,
    ...options,
  });
}
