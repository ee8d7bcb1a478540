import * as route53 from 'aws-cdk-lib/aws-route53';
import { MembersAdapter } from './adapter';
import { importOnce } from './import-once';

/** A hosted zone by its id and its name, so that nothing is looked up during synthesis. */
export const HOSTED_ZONE: MembersAdapter = {
  is: 'an existing hosted zone of Route 53',
  members: {
    id: { type: 'string', description: 'The id of the zone, such as `Z0123456789ABCDEFGHIJ`.' },
    name: { type: 'string', description: 'The domain of the zone, such as `models.example.com`.' },
  },
  make: ({ id, name }, context) => {
    const attributes = { hostedZoneId: id as string, zoneName: name as string };
    return importOnce(
      context,
      `HostedZone ${attributes.hostedZoneId} ${attributes.zoneName}`,
      (scope, child) => route53.HostedZone.fromHostedZoneAttributes(scope, child, attributes) as route53.HostedZone,
    );
  },
};
