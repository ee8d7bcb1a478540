import * as iam from 'aws-cdk-lib/aws-iam';
import { throwIfAny } from '../../validation';
import { GitHubIdentityOptions, GitLabIdentityOptions } from './deploy-identity-options';
import { gitHubProblems, gitLabProblems } from './private/identity-problems';

/** What the tokens of GitHub and GitLab must be made for. */
const AUDIENCE = 'sts.amazonaws.com';

const GITHUB_ISSUER = 'token.actions.githubusercontent.com';

/** Of whom a token must be, and by whom it must be signed. */
interface Trust {
  /** Address of the identity provider, without `https://`. */
  readonly issuer: string;
  readonly provider?: iam.IOidcProvider;
  /** Claims that must have one of these values, each compared as a whole. */
  readonly claims: Record<string, string | string[]>;
}

/** Which jobs of a CI system may deploy. A job proves itself by a token that the system signs; there is no key to keep. */
export class DeployIdentity {
  /**
   * Jobs of one repository that name one environment. The job needs `permissions: id-token: write`.
   *
   * @throws FleetConfigError when a name is none that GitHub gives, has a wildcard, or could be mistaken for another
   */
  public static gitHub(options: GitHubIdentityOptions): DeployIdentity {
    throwIfAny('DeployIdentity.gitHub', gitHubProblems(options));
    const { owner, repository, ids, provider } = options;
    // GitHub writes ":" of a name as "%3A"; the names themselves may not have "%", which it would leave as it is.
    const environment = `environment:${options.environment.split(':').join('%3A')}`;
    const byName = `repo:${owner}/${repository}:${environment}`;
    if (!ids) {
      return new DeployIdentity({ issuer: GITHUB_ISSUER, provider, claims: { sub: byName } });
    }
    const byNumber = `repo:${owner}@${ids.owner}/${repository}@${ids.repository}:${environment}`;
    return new DeployIdentity({
      issuer: GITHUB_ISSUER,
      provider,
      // Older repositories send the first form; the number of the repository holds for both.
      claims: { sub: [byName, byNumber], repository_id: `${ids.repository}` },
    });
  }

  /**
   * Jobs of one branch of one project. The job asks for a token by `id_tokens` with `aud: sts.amazonaws.com`.
   *
   * @throws FleetConfigError when a name has a wildcard, or is none that GitLab gives
   */
  public static gitLab(options: GitLabIdentityOptions): DeployIdentity {
    throwIfAny('DeployIdentity.gitLab', gitLabProblems(options));
    const { projectPath, branch, deploymentTier, host = 'gitlab.com', provider } = options;
    const tier = deploymentTier ? `:environment_protected:true:deployment_tier:${deploymentTier}` : '';
    const sub = `project_path:${projectPath}:ref_type:branch:ref:${branch}${tier}`;
    return new DeployIdentity({ issuer: host, provider, claims: { sub } });
  }

  private constructor(private readonly trust: Trust) {}

  /**
   * Who takes a role with such a token.
   *
   * @param partition partition of the account, for example `aws`.
   * @param account the account of the role.
   * @internal
   */
  public _principal(partition: string, account: string): iam.IPrincipal {
    const { issuer, provider, claims } = this.trust;
    const arn = provider?.oidcProviderArn ?? `arn:${partition}:iam::${account}:oidc-provider/${issuer}`;
    const wanted = Object.entries({ aud: AUDIENCE, ...claims });
    return new iam.WebIdentityPrincipal(arn, {
      StringEquals: Object.fromEntries(wanted.map(([claim, values]) => [`${issuer}:${claim}`, values])),
    });
  }
}
