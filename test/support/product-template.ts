import * as fs from 'node:fs';
import * as path from 'node:path';
import { App } from 'aws-cdk-lib';
import { FleetProduct } from '../../lib';
import { CloudFormationTemplate, Json } from './template';

/** The template of a product, as Service Catalog gets it. */
export function productTemplate(product: FleetProduct): CloudFormationTemplate {
  const { directory } = (product.node.root as App).synth();
  return JSON.parse(fs.readFileSync(path.join(directory, product.templateFile), 'utf8')) as CloudFormationTemplate;
}

/** What CloudFormation makes of the parameters when an order has these values. */
export function ordered(
  template: CloudFormationTemplate,
  values: Readonly<Record<string, string>>,
): CloudFormationTemplate {
  const { Parameters: parameters = {}, ...rest } = template;
  for (const [id, { AllowedValues: allowed }] of Object.entries(parameters)) {
    if (!(allowed as string[]).includes(values[id])) {
      throw new Error(`${id} does not allow ${values[id]}`);
    }
  }
  return JSON.parse(
    JSON.stringify(rest, (_, value: Json) =>
      value !== null && typeof value === 'object' && typeof value.Ref === 'string' && value.Ref in values
        ? values[value.Ref as string]
        : value,
    ),
  ) as CloudFormationTemplate;
}
