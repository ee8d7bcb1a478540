import { CloudFormationTemplate, Json, onlyResource } from '../../support/template';
import { Recipe, RecipeComponent } from './recipe';

/** Values of pseudo parameters. */
const PSEUDO: Record<string, string> = {
  'AWS::AccountId': '123456789012',
  'AWS::Region': 'us-east-1',
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
};

/** The recipe of the one image of a template. */
export function recipeFromTemplate(template: CloudFormationTemplate): Recipe {
  const [, { Properties: recipe }] = onlyResource(template, 'AWS::ImageBuilder::ImageRecipe');
  const components: RecipeComponent[] = [];
  const notRun: string[] = [];
  for (const { ComponentArn: arn } of recipe.Components as Json[]) {
    const id: string | undefined = arn['Fn::GetAtt']?.[0] ?? arn.Ref;
    const resource = id === undefined ? undefined : template.Resources[id];
    if (resource?.Type === 'AWS::ImageBuilder::Component') {
      const { Data, Uri } = resource.Properties;
      components.push({ name: id!, data: text(Data), uri: text(Uri) });
    } else {
      notRun.push(text(arn)!);
    }
  }
  return { components, notRun };
}

function text(value: Json): string | undefined {
  if (value === undefined || typeof value === 'string') {
    return value;
  }
  if ('Ref' in value && value.Ref in PSEUDO) {
    return PSEUDO[value.Ref];
  }
  if ('Fn::Join' in value) {
    const [separator, parts] = value['Fn::Join'] as [string, Json[]];
    return parts.map(text).join(separator);
  }
  if (typeof value['Fn::Sub'] === 'string') {
    return value['Fn::Sub'].replace(/\$\{([\w:]+)\}/g, (_, name: string) => text({ Ref: name })!);
  }
  throw new Error(`a document with ${JSON.stringify(value)} is not known before deployment`);
}
