import { Stack } from 'aws-cdk-lib';
import { Construct, RootConstruct } from 'constructs';
import { TemplateEnvironment } from '../model/template-part';

/**
 * A parent for imported resources, which are data and make nothing: a stack, because CDK asks for one, that belongs to no
 * app and is never synthesized. An app of its own would make a directory, and synthesize itself when the process ends.
 */
export function importScope({ account, region }: TemplateEnvironment): Construct {
  return new Stack(new RootConstruct(), 'Imports', { env: { account, region } });
}
