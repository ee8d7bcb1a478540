import { App } from 'aws-cdk-lib';
import { FleetCatalogStack } from './fleet-catalog-stack';

export const app = new App();

new FleetCatalogStack(app, 'FleetCatalog', {
  env: { account: process.env.CDK_DEFAULT_ACCOUNT, region: process.env.CDK_DEFAULT_REGION ?? 'us-east-1' },
  // Buckets have one name in the world: begin it with that of your company.
  assetBucketName: 'example-fleet-catalog-assets',
});
