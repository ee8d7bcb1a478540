import * as fs from 'node:fs';
import * as path from 'node:path';
import { Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, test } from 'vitest';
import { useBuiltInKernels } from '../support/built-in-kernels';
import { loadExample } from '../support/example-app';
import { violations } from '../support/security-invariants';
import { findings } from '../support/strict-validation';
import { CloudFormationTemplate, onlyResource, resourcesOf } from '../support/template';

useBuiltInKernels();

/** CDK's own function depends on its role twice over. */
const OF_AWS_CDK = /^WARN W3005 'CustomCDKBucketDeployment/;

describe('the example of Service Catalog', () => {
  test.each([
    { account: '123456789012', region: 'us-east-1' },
    { account: undefined, region: 'us-west-2' },
  ])('is clean under cdk-nag and strict validation, its products included, in %j', async (environment) => {
    const { templates } = await synthesize(environment);
    expect([...templates.keys()].filter((name) => name.includes('.product.'))).toHaveLength(3);
    for (const [name, template] of templates) {
      const found = findings(template, environment.region).filter((finding) => !OF_AWS_CDK.test(finding));
      expect([name, found]).toEqual([name, []]);
      if (name.includes('.product.')) {
        // The output is the example's own, for those who order.
        expect(violations({ ...template, Outputs: {} })).toEqual([]);
      }
    }
  });

  test('offers each size as a version, from one portfolio, with a launch role', async () => {
    const { catalog } = await synthesize();
    const [, product] = onlyResource(catalog, 'AWS::ServiceCatalog::CloudFormationProduct');
    const versions = product.Properties.ProvisioningArtifactParameters as { Name: string }[];
    expect(versions.map(({ Name }) => Name)).toEqual(['small', 'medium', 'large']);
    expect(resourcesOf(catalog, 'AWS::ServiceCatalog::LaunchRoleConstraint')).toHaveLength(1);
  });

  test('lets the launch role act through CloudFormation alone, and never on roles of others', async () => {
    const statements = await launchStatements();
    const writes = statements.filter(({ Action }) =>
      [Action]
        .flat()
        .some((action) => /^(ec2|iam|autoscaling|elasticloadbalancing|imagebuilder|logs|cloudwatch):/.test(action)),
    );
    expect(writes.length).toBeGreaterThan(4);
    for (const { Action, Condition, Resource } of writes) {
      const actions = [Action].flat();
      expect(actions.filter((action) => action.includes('*'))).toEqual([]);
      if (actions.some((action) => /PassRole|ServiceLinkedRole/.test(action))) {
        expect(Object.keys(Condition?.StringEquals ?? {}).join()).toMatch(/iam:(PassedToService|AWSServiceName)/);
      } else {
        expect(Condition?.['ForAnyValue:StringEquals']).toEqual({ 'aws:CalledVia': 'cloudformation.amazonaws.com' });
      }
      if (actions.some((action) => /^iam:(?!CreateServiceLinkedRole)/.test(action))) {
        expect(JSON.stringify(Resource)).toMatch(/(role|instance-profile)\/SC-\*"/);
      }
    }
  });

  test('lets the launch role make every service that the template has', async () => {
    const { templates } = await synthesize();
    const services = new Set(
      (await launchStatements()).flatMap(({ Action }) => [Action].flat()).map((action) => action.split(':')[0]),
    );
    const prefixes: Record<string, string> = { ElasticLoadBalancingV2: 'elasticloadbalancing' };
    const types = [...templates]
      .filter(([name]) => name.includes('.product.'))
      .flatMap(([, { Resources }]) => Object.values(Resources).map(({ Type }) => Type.split('::')[1]));
    const needed = new Set(types.map((type) => prefixes[type] ?? type.toLowerCase()));
    expect([...needed].filter((service) => !services.has(service))).toEqual([]);
    expect(needed.size).toBeGreaterThan(5);
  });
});

interface Statement {
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Condition?: Record<string, Record<string, unknown>>;
}

async function launchStatements(): Promise<Statement[]> {
  const { catalog } = await synthesize();
  const [, policy] = resourcesOf(catalog, 'AWS::IAM::Policy').find(([id]) => id.startsWith('LaunchRole'))!;
  return policy.Properties.PolicyDocument.Statement as Statement[];
}

async function synthesize(
  environment: { account?: string; region?: string } = { account: '123456789012', region: 'us-east-1' },
) {
  const app = await loadExample('service-catalog', environment);
  Validations.of(app).addPlugins(new AwsSolutionsChecks());
  const { directory } = app.synth();
  const names = fs.readdirSync(directory).filter((name) => name.endsWith('template.json'));
  const templates = new Map(
    names.map((name) => [
      name,
      JSON.parse(fs.readFileSync(path.join(directory, name), 'utf8')) as CloudFormationTemplate,
    ]),
  );
  return { templates, catalog: templates.get('FleetCatalog.template.json')! };
}
