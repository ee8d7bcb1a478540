import { App, Duration, Lazy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { DeployIdentity, DeployRole, DeployRoleProps, GitHubIdentityOptions, GitLabDeploymentTier } from '../../../lib';
import { problemsOf } from '../../support/config-error';
import { newStack } from '../../support/fleet-app';
import { findings } from '../../support/strict-validation';
import { onlyResource, templateOf } from '../../support/template';
import { letsIn, TokenClaims, trustOf } from '../../support/web-identity-trust';

const GITHUB = 'token.actions.githubusercontent.com';
const job: GitHubIdentityOptions = { owner: 'octo-org', repository: 'octo-repo', environment: 'production' };
const ids = { owner: 123456, repository: 456789 };

function stackWith(identity: DeployIdentity, props: Partial<DeployRoleProps> = {}, stack = newStack()): Stack {
  new DeployRole(stack, 'Deploy', { identity, ...props });
  return stack;
}

function gitHubTrust(options: GitHubIdentityOptions) {
  return trustOf(templateOf(stackWith(DeployIdentity.gitHub(options))));
}

const token = (sub: string, others: Record<string, string> = {}): TokenClaims => ({
  aud: 'sts.amazonaws.com',
  sub,
  ...others,
});

describe('a job of GitHub', () => {
  let bySub: ReturnType<typeof gitHubTrust>;
  let byNumber: ReturnType<typeof gitHubTrust>;
  beforeAll(() => {
    bySub = gitHubTrust(job);
    byNumber = gitHubTrust({ ...job, ids });
  });

  test('of the repository and environment is let in', () => {
    expect(letsIn(bySub, GITHUB, token('repo:octo-org/octo-repo:environment:production'))).toBe(true);
  });

  test.each([
    'repo:octo-org/octo-repo:environment:staging',
    'repo:octo-org/octo-repo:environment:production-2',
    'repo:octo-org/octo-repo:environment:Production',
    'repo:octo-org/octo-repo:pull_request',
    'repo:octo-org/octo-repo:ref:refs/heads/main',
    'repo:octo-org/octo-repo-2:environment:production',
    'repo:octo-orgs/octo-repo:environment:production',
    'repo:evil/octo-repo:environment:production',
    'repo:octo-org/octo-repo:environment:production:ref:refs/heads/main',
    '',
  ])('with the subject "%s" is not', (sub) => {
    expect(letsIn(bySub, GITHUB, token(sub))).toBe(false);
    expect(letsIn(byNumber, GITHUB, token(sub, { repository_id: '456789' }))).toBe(false);
  });

  test('whose token is for another audience, or from another issuer, is not', () => {
    const sub = 'repo:octo-org/octo-repo:environment:production';
    expect(letsIn(bySub, GITHUB, { ...token(sub), aud: 'https://github.com/octo-org' })).toBe(false);
    expect(letsIn(bySub, 'gitlab.com', token(sub))).toBe(false);
  });

  test.each(['repo:octo-org/octo-repo', 'repo:octo-org@123456/octo-repo@456789'])(
    'is held to its numbers, whether its subject has them or not: %s',
    (repository) => {
      const sub = `${repository}:environment:production`;
      expect(letsIn(byNumber, GITHUB, token(sub, { repository_id: '456789' }))).toBe(true);
      // The same names, given to somebody else after the repository was deleted.
      expect(letsIn(byNumber, GITHUB, token(sub, { repository_id: '999999' }))).toBe(false);
      expect(letsIn(byNumber, GITHUB, token(sub))).toBe(false);
    },
  );

  test('is known by the name of its environment as GitHub writes it into tokens', () => {
    const trust = gitHubTrust({ ...job, environment: 'Production:V1' });
    expect(letsIn(trust, GITHUB, token('repo:octo-org/octo-repo:environment:Production%3AV1'))).toBe(true);
  });

  test('of another job never has the same subject, whatever the names are', () => {
    const name = fc.stringMatching(/^[a-zA-Z0-9][a-zA-Z0-9-]{0,10}$/);
    const environment = fc.string({ minLength: 1, maxLength: 20 });
    const jobs = fc.record({ owner: name, repository: name, environment });
    const accepted = (options: GitHubIdentityOptions): Stack | undefined => {
      try {
        return stackWith(DeployIdentity.gitHub(options));
      } catch {
        return undefined;
      }
    };
    fc.assert(
      fc.property(jobs, jobs, (one, other) => {
        const stack = accepted(one);
        fc.pre(stack !== undefined && JSON.stringify(one) !== JSON.stringify(other));
        // As GitHub makes the subject, of any name that it lets somebody give.
        const sub = `repo:${other.owner}/${other.repository}:environment:${other.environment.split(':').join('%3A')}`;
        expect(letsIn(trustOf(templateOf(stack)), GITHUB, token(sub))).toBe(false);
      }),
      { numRuns: 50 },
    );
  });
});

describe('a job of GitLab', () => {
  const claims = (rest: string) => token(`project_path:platform/fleets:ref_type:branch:ref:${rest}`);

  test('of the branch is let in, one of another branch, tag or project is not', () => {
    const identity = DeployIdentity.gitLab({ projectPath: 'platform/fleets', branch: 'main' });
    const trust = trustOf(templateOf(stackWith(identity)));
    expect(letsIn(trust, 'gitlab.com', claims('main'))).toBe(true);
    expect(letsIn(trust, 'gitlab.com', claims('main-2'))).toBe(false);
    expect(letsIn(trust, 'gitlab.com', token('project_path:platform/fleets:ref_type:tag:ref:main'))).toBe(false);
    expect(letsIn(trust, 'gitlab.com', token('project_path:evil/fleets:ref_type:branch:ref:main'))).toBe(false);
    expect(letsIn(trust, 'gitlab.example.com', claims('main'))).toBe(false);
  });

  test('of a tier must be in a protected environment of it', () => {
    const identity = DeployIdentity.gitLab({
      ...{ projectPath: 'platform/fleets', branch: 'main', host: 'gitlab.example.com' },
      deploymentTier: GitLabDeploymentTier.PRODUCTION,
    });
    const trust = trustOf(templateOf(stackWith(identity)));
    const tier = (isProtected: boolean, name: string) =>
      claims(`main:environment_protected:${isProtected}:deployment_tier:${name}`);
    expect(letsIn(trust, 'gitlab.example.com', tier(true, 'production'))).toBe(true);
    expect(letsIn(trust, 'gitlab.example.com', tier(false, 'production'))).toBe(false);
    expect(letsIn(trust, 'gitlab.example.com', tier(true, 'staging'))).toBe(false);
    expect(letsIn(trust, 'gitlab.example.com', claims('main'))).toBe(false);
  });
});

describe('no name of any kind', () => {
  const hostile = fc.oneof(
    fc.string({ maxLength: 20 }),
    fc.stringMatching(/^[a-z]{0,4}[*?]{1,2}[a-z]{0,4}$/),
    fc.stringMatching(/^[a-z]{0,3}\$\{[a-zA-Z:]{0,8}\}$/),
    fc.stringMatching(/^[a-z]{1,4}(:[a-z*_]{0,10}){1,3}$/),
    fc.stringMatching(/^[a-z][a-z0-9-]{0,8}(\/[a-z][a-z0-9-]{0,8}){0,2}$/),
  );
  const trustIfAccepted = (identity: () => DeployIdentity) => {
    try {
      return trustOf(templateOf(stackWith(identity())));
    } catch (error) {
      // Refused by name, never by accident.
      expect((error as Error).name).toBe('FleetConfigError');
      return undefined;
    }
  };

  /** Every value that a condition compares with is a plain text: IAM would take a variable in it for what it stands for. */
  function expectNoPattern({ Condition }: ReturnType<typeof trustOf>): void {
    expect(Object.keys(Condition)).toEqual(['StringEquals']);
    const values = Object.values(Condition.StringEquals).flat();
    expect(values.length).toBeGreaterThanOrEqual(2);
    expect(values.filter((value) => /[*?]|\$\{/.test(value))).toEqual([]);
  }

  test('makes a pattern of the trust in GitHub', () => {
    fc.assert(
      fc.property(fc.record({ owner: hostile, repository: hostile, environment: hostile }), (names) => {
        const trust = trustIfAccepted(() => DeployIdentity.gitHub(names));
        if (trust !== undefined) {
          expectNoPattern(trust);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('makes a pattern of the trust in GitLab, or lets in another job', () => {
    const names = fc.record({ projectPath: hostile, branch: hostile });
    fc.assert(
      fc.property(names, names, (one, other) => {
        const trust = trustIfAccepted(() => DeployIdentity.gitLab(one));
        fc.pre(trust !== undefined && JSON.stringify(one) !== JSON.stringify(other));
        expectNoPattern(trust);
        // As GitLab makes the subject, of any name that it lets somebody give.
        const sub = `project_path:${other.projectPath}:ref_type:branch:ref:${other.branch}`;
        expect(letsIn(trust, 'gitlab.com', token(sub))).toBe(false);
      }),
      { numRuns: 50 },
    );
  });
});

describe('the role', () => {
  test('may take the roles that deploy and publish files, in the environments that were named, and nothing else', () => {
    const environments = [
      { account: '111111111111', region: 'us-east-1' },
      { account: '222222222222', region: 'eu-central-1' },
    ];
    const template = templateOf(stackWith(DeployIdentity.gitHub(job), { environments, bootstrapQualifier: 'fleet' }));
    const [, { Properties }] = onlyResource(template, 'AWS::IAM::Policy');
    const { Statement } = Properties.PolicyDocument as { Statement: Record<string, unknown>[] };
    const arn = (account: string, name: string) => `arn:aws:iam::${account}:role/cdk-fleet-${name}`;
    expect(Statement).toEqual([
      {
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Resource: [
          arn('111111111111', 'deploy-role-111111111111-us-east-1'),
          arn('111111111111', 'file-publishing-role-111111111111-us-east-1'),
          arn('222222222222', 'deploy-role-222222222222-eu-central-1'),
          arn('222222222222', 'file-publishing-role-222222222222-eu-central-1'),
        ],
      },
    ]);
    const [, role] = onlyResource(template, 'AWS::IAM::Role');
    expect(role.Properties).not.toHaveProperty('ManagedPolicyArns');
    expect(role.Properties.MaxSessionDuration).toBe(4 * 3600);
  });

  test('takes the qualifier of the app', () => {
    const app = new App({ context: { '@aws-cdk/core:bootstrapQualifier': 'platform' } });
    const stack = stackWith(DeployIdentity.gitHub(job), {}, newStack(undefined, app));
    expect(JSON.stringify(templateOf(stack))).toContain('cdk-platform-deploy-role-123456789012-us-east-1');
  });

  test('trusts the provider that the account has, or the one that is given', () => {
    const existing = `arn:aws:iam::123456789012:oidc-provider/${GITHUB}`;
    expect(gitHubTrust(job).Principal).toEqual({ Federated: existing });
    const stack = newStack();
    const provider = new iam.OidcProviderNative(stack, 'Provider', {
      url: `https://${GITHUB}`,
      clientIds: ['sts.amazonaws.com'],
    });
    stackWith(DeployIdentity.gitHub({ ...job, provider }), {}, stack);
    const { Federated } = trustOf(templateOf(stack)).Principal;
    expect(stack.resolve(Federated)).toEqual(stack.resolve(provider.oidcProviderArn));
  });

  test.each([
    ['with a region', { account: '123456789012', region: 'us-east-1' }],
    ['without a region', {}],
  ])('passes strict validation %s', (_, env) => {
    const stack = newStack(env);
    stackWith(DeployIdentity.gitHub({ ...job, ids }), {}, stack);
    expect(findings(templateOf(stack), 'us-east-1')).toEqual([]);
  });
});

describe('refused', () => {
  test.each([
    ['owner', { owner: '*' }],
    ['owner', { owner: 'octo-org/octo-repo' }],
    ['owner', { owner: '' }],
    ['repository', { repository: '*' }],
    ['repository', { repository: 'octo-org/octo-repo' }],
    ['repository', { repository: 'octo?' }],
    ['environment', { environment: '*' }],
    ['environment', { environment: 'prod*' }],
    ['environment', { environment: '' }],
    ['environment', { environment: 'Production%3AV1' }],
    ['environment', { environment: '${aws:username}' }],
    ['environment', { environment: Lazy.string({ produce: () => 'production' }) }],
    ['ids.owner', { ids: { owner: 0, repository: 1 } }],
    ['ids.repository', { ids: { owner: 1, repository: 1.5 } }],
  ])('of GitHub: %s of %j', (what, wrong) => {
    expect(problemsOf(() => DeployIdentity.gitHub({ ...job, ...wrong })).map((problem) => problem.what)).toEqual([
      what,
    ]);
  });

  test.each([
    ['projectPath', { projectPath: '*' }],
    ['projectPath', { projectPath: 'fleets' }],
    ['projectPath', { projectPath: 'platform/*' }],
    ['branch', { branch: '*' }],
    ['branch', { branch: 'release/*' }],
    ['branch', { branch: 'refs/heads/main' }],
    ['branch', { branch: 'main:environment_protected' }],
    ['host', { host: 'https://gitlab.com' }],
    ['host', { host: '*.example.com' }],
  ])('of GitLab: %s of %j', (what, wrong) => {
    const names = { projectPath: 'platform/fleets', branch: 'main', ...wrong };
    expect(problemsOf(() => DeployIdentity.gitLab(names)).map((problem) => problem.what)).toEqual([what]);
  });

  test('a qualifier of the app that reaches other roles', () => {
    const app = new App({ context: { '@aws-cdk/core:bootstrapQualifier': '*' } });
    const problems = problemsOf(() => stackWith(DeployIdentity.gitHub(job), {}, newStack(undefined, app)));
    expect(problems.map(({ what, got }) => `${what}: ${got}`)).toEqual(['bootstrapQualifier: *']);
  });

  test('a qualifier and a session that are only known at deployment', () => {
    const bootstrapQualifier = Lazy.string({ produce: () => 'fleet' });
    const maxSessionDuration = Duration.hours(Lazy.number({ produce: () => 2 }));
    const props = { bootstrapQualifier, maxSessionDuration };
    const problems = problemsOf(() => stackWith(DeployIdentity.gitHub(job), props));
    expect(problems.map(({ what, got }) => `${what}: ${got}`)).toEqual([
      'bootstrapQualifier: a value that is only known at deployment',
      'maxSessionDuration: a time that is only known at deployment',
    ]);
  });

  test('every mistake of a role at once', () => {
    const props = {
      environments: [{ account: '*', region: '*' }, { account: '123456789012' }],
      bootstrapQualifier: '*',
      maxSessionDuration: Duration.hours(13),
    };
    expect(problemsOf(() => stackWith(DeployIdentity.gitHub(job), props)).map(({ what }) => what)).toEqual([
      'environments[0].account',
      'environments[0].region',
      'environments[1].region',
      'bootstrapQualifier',
      'maxSessionDuration',
    ]);
    expect(problemsOf(() => stackWith(DeployIdentity.gitHub(job), { environments: [] }))).toHaveLength(1);
  });
});
