import { Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { covers } from '../../../lib/cli/diff/model/access-grant';
import { PermissionChange } from '../../../lib/cli/diff/model/iam-change';
import { stackChangeBetween } from '../../support/assembly-change';

interface Words {
  readonly actions?: string[];
  readonly resources?: string[];
  readonly effect?: iam.Effect;
  readonly conditions?: Record<string, unknown>;
}

/** A role with one statement. */
function allowed({ actions = ['s3:GetObject'], resources = ['arn:aws:s3:::models/*'], effect, conditions }: Words) {
  return (stack: Stack) => {
    const role = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com') });
    role.addToPolicy(new iam.PolicyStatement({ actions, resources, effect, conditions }));
  };
}

const actionsOf = (changes: readonly PermissionChange[]) => changes.flatMap(({ actions }) => actions);

function iamBetween(before: Words, after: Words) {
  const { widened, narrowed } = stackChangeBetween(allowed(before), allowed(after)).iam;
  return { widened: actionsOf(widened), narrowed: actionsOf(narrowed) };
}

describe('permissions', () => {
  test('that are given widen by these alone, and not by the whole statement', () => {
    const actions = ['s3:GetObject', 's3:PutObject'];
    expect(iamBetween({}, { actions })).toEqual({ widened: ['s3:PutObject'], narrowed: [] });
    expect(iamBetween({ actions }, {})).toEqual({ widened: [], narrowed: ['s3:PutObject'] });
  });

  test('that a wildcard covered narrow, and a wildcard in their place widens and says so', () => {
    const [all, one] = [{ actions: ['s3:*'] }, { actions: ['s3:GetObject'] }];
    expect(iamBetween(all, one)).toEqual({ widened: [], narrowed: ['s3:*'] });
    const { widened } = stackChangeBetween(allowed(one), allowed(all)).iam;
    expect(widened).toMatchObject([{ actions: ['s3:*'], isWildcard: true }]);
  });

  test('on another resource are given on one and taken on the other', () => {
    const { widened, narrowed } = stackChangeBetween(allowed({}), allowed({ resources: ['arn:aws:s3:::other/*'] })).iam;
    expect(widened.map(({ resource }) => resource)).toEqual(['arn:aws:s3:::other/*']);
    expect(narrowed.map(({ resource }) => resource)).toEqual(['arn:aws:s3:::models/*']);
  });

  test('widen when their conditions go, and narrow when they get some', () => {
    const conditions = { StringEquals: { 'aws:ResourceTag/team': 'secret-team' } };
    expect(iamBetween({ conditions }, {})).toEqual({ widened: ['s3:GetObject'], narrowed: [] });
    expect(iamBetween({}, { conditions })).toEqual({ widened: [], narrowed: ['s3:GetObject'] });
  });

  test('that are denied narrow, and widen when the denial goes', () => {
    const deny = (stack: Stack) => {
      allowed({})(stack);
      const role = stack.node.findChild('Role') as iam.Role;
      role.addToPolicy(new iam.PolicyStatement({ effect: iam.Effect.DENY, actions: ['s3:*'], resources: ['*'] }));
    };
    expect(actionsOf(stackChangeBetween(allowed({}), deny).iam.narrowed)).toEqual(['Deny s3:*']);
    expect(actionsOf(stackChangeBetween(deny, allowed({})).iam.widened)).toEqual(['Deny s3:*']);
  });

  test('of a managed policy, and of whoever may take a role, are seen', () => {
    const role =
      (assumedBy: iam.IPrincipal, ...names: string[]) =>
      (stack: Stack) =>
        void new iam.Role(stack, 'Role', {
          assumedBy,
          managedPolicies: names.map((name) => iam.ManagedPolicy.fromAwsManagedPolicyName(name)),
        });
    const ec2Service = new iam.ServicePrincipal('ec2.amazonaws.com');
    const [policy] = stackChangeBetween(role(ec2Service), role(ec2Service, 'AdministratorAccess')).iam.widened;
    expect(policy.actions[0]).toMatch(/^managed policy .*AdministratorAccess$/);
    expect(policy.isWildcard).toBe(true);
    const [trust] = stackChangeBetween(role(ec2Service), role(new iam.AnyPrincipal())).iam.widened;
    expect(trust).toMatchObject({ actions: ['sts:AssumeRole'], resource: '${Role1ABCC5F0.Arn}', isWildcard: true });
  });

  test('of a role whose boundary goes widen', () => {
    const bounded = (permissionsBoundary?: string) => (stack: Stack) =>
      void new iam.CfnRole(stack, 'Role', { assumeRolePolicyDocument: { Statement: [] }, permissionsBoundary });
    const { iam: change } = stackChangeBetween(bounded('arn:aws:iam::123456789012:policy/Boundary'), bounded());
    expect(actionsOf(change.widened)).toEqual(['permissions boundary: no longer bounded']);
    expect(stackChangeBetween(bounded(), bounded('arn:aws:iam::123456789012:policy/Boundary')).iam.widened).toEqual([]);
  });

  test('cover each other as IAM matches them', () => {
    const grant = (action: string) => ({ principal: 'role', action, resource: 'arn:aws:s3:::a.b/*' });
    const plain = fc.stringMatching(/^[a-z]{1,8}:[A-Za-z]{1,12}$/);
    fc.assert(
      fc.property(plain, fc.nat(12), (action, at) => {
        const start = action.indexOf(':') + 1 + at;
        expect(covers(grant(`${action.slice(0, start)}*`), grant(action))).toBe(true);
        expect(covers(grant(action.toUpperCase()), grant(action))).toBe(true);
        expect(covers(grant(action), grant(`${action}x`))).toBe(false);
      }),
    );
    const resource = { ...grant('s3:GetObject'), resource: 'arn:aws:s3:::aXb/key' };
    expect(covers(grant('s3:GetObject'), resource)).toBe(false);
  });
});

describe('the network', () => {
  const rule = (peer: ec2.IPeer, port: ec2.Port) => (stack: Stack) => {
    const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['us-east-1a'] });
    const group = new ec2.SecurityGroup(stack, 'Group', { vpc, allowAllOutbound: false });
    group.addIngressRule(peer, port);
  };
  const inside = rule(ec2.Peer.ipv4('10.0.0.0/8'), ec2.Port.tcp(443));
  const networkBetween = (...sides: [(stack: Stack) => void, (stack: Stack) => void]) =>
    stackChangeBetween(...sides).network;

  test('opens to the internet', () => {
    const { widened, narrowed } = networkBetween(inside, rule(ec2.Peer.anyIpv4(), ec2.Port.tcp(443)));
    expect(widened).toMatchObject([{ what: 'in from 0.0.0.0/0, tcp 443', isPublic: true }]);
    // What was allowed still is.
    expect(narrowed).toEqual([]);
    expect(networkBetween(inside, rule(ec2.Peer.anyIpv6(), ec2.Port.tcp(443))).widened[0].isPublic).toBe(true);
  });

  test('closes', () => {
    const { widened, narrowed } = networkBetween(inside, rule(ec2.Peer.ipv4('10.1.0.0/16'), ec2.Port.tcp(443)));
    expect([widened, narrowed.map(({ what }) => what)]).toEqual([[], ['in from 10.0.0.0/8, tcp 443']]);
  });

  test.each([
    ['more ports', ec2.Peer.ipv4('10.0.0.0/8'), ec2.Port.tcpRange(443, 444), ['in from 10.0.0.0/8, tcp 443 to 444']],
    ['more addresses', ec2.Peer.ipv4('10.0.0.0/7'), ec2.Port.tcp(443), ['in from 10.0.0.0/7, tcp 443']],
    ['everything', ec2.Peer.ipv4('10.0.0.0/8'), ec2.Port.allTraffic(), ['in from 10.0.0.0/8, everything']],
    [
      'another group',
      ec2.Peer.securityGroupId('sg-0123456789abcdef0'),
      ec2.Port.tcp(443),
      ['in from sg-0123456789abcdef0, tcp 443'],
    ],
  ])('opens to %s', (_, peer, port, what) => {
    expect(networkBetween(inside, rule(peer, port)).widened.map((change) => change.what)).toEqual(what);
  });

  test('opens out of a group that let nothing out', () => {
    const out = (allowAllOutbound: boolean) => (stack: Stack) => {
      const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['us-east-1a'] });
      new ec2.SecurityGroup(stack, 'Group', { vpc, allowAllOutbound });
    };
    const { widened } = networkBetween(out(false), out(true));
    expect(widened).toMatchObject([{ what: 'out to 0.0.0.0/0, everything', isPublic: false }]);
    expect(networkBetween(out(true), out(false)).widened).toEqual([]);
  });

  test('opens where a bucket lets the public in, and instances get public addresses', () => {
    const filled = (isPublic: boolean) => (stack: Stack) => {
      new s3.Bucket(stack, 'Models', {
        blockPublicAccess: new s3.BlockPublicAccess({ blockPublicAcls: true, blockPublicPolicy: !isPublic }),
      });
      new ec2.CfnLaunchTemplate(stack, 'Template', {
        launchTemplateData: { networkInterfaces: [{ deviceIndex: 0, associatePublicIpAddress: isPublic }] },
      });
    };
    expect(networkBetween(filled(false), filled(true)).widened.map(({ what }) => what)).toEqual([
      'no longer blocks public access',
      'gives its instances public addresses',
    ]);
    expect(networkBetween(filled(true), filled(false)).widened).toEqual([]);
  });
});
