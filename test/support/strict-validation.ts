import { createRequire } from 'node:module';
import { CloudFormationTemplate } from './template';

interface Engine {
  validateTemplate(template: unknown, options: Record<string, unknown>): { diagnostics: Diagnostic[] };
}

interface Diagnostic {
  readonly ruleId: string;
  readonly severity: string;
  readonly message: string;
}

interface EngineModule {
  readonly CompositeEngine: new () => Engine;
  readonly TemplateContent: new (content: string, name: string) => unknown;
}

/** The engine that aws-cdk-lib bundles; no other copy of it is installed. */
const engineModule = createRequire(require.resolve('aws-cdk-lib'))('@aws/cloudformation-validate') as EngineModule;

let engine: Engine | undefined;

/**
 * What the validation engine of aws-cdk-lib finds in a template at WARN and above, with no rule left out. It starts
 * once and takes seconds for that; `app.synth()` would start it for each app.
 */
export function findings(template: CloudFormationTemplate, region?: string): string[] {
  engine ??= new engineModule.CompositeEngine();
  const content = new engineModule.TemplateContent(JSON.stringify(template), 'template.json');
  const report = engine.validateTemplate(content, { severityLevel: 'WARN', pseudoParameterOverrides: { region } });
  return report.diagnostics.map(({ severity, ruleId, message }) => `${severity} ${ruleId} ${message}`);
}
