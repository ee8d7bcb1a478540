import { App, Validations } from 'aws-cdk-lib';
import { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { AwsSolutionsChecks } from 'cdk-nag';

/** Synthesizes under the checks of cdk-nag; throws when there is a finding that nobody acknowledged. */
export function synthUnderNag(app: App): CloudAssembly {
  Validations.of(app).addPlugins(new AwsSolutionsChecks());
  return app.synth();
}
