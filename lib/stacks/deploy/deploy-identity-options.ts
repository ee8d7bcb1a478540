import * as iam from 'aws-cdk-lib/aws-iam';

/** A job of GitHub Actions. */
export interface GitHubIdentityOptions {
  /** The user or organization that owns the repository, written as GitHub writes it: upper and lower case count. */
  readonly owner: string;
  /** Name of the repository, without its owner. */
  readonly repository: string;
  /**
   * The environment that the job names. Its protection rules (reviewers, branches) are what stands between a pull request
   * and the deployment: give it some.
   */
  readonly environment: string;
  /**
   * The numbers by which GitHub knows owner and repository. With them the role refuses a repository that somebody made
   * under the name of a deleted one.
   *
   * Required for repositories that were made, renamed or moved after 2026-07-15, whose tokens carry the numbers, and for
   * those that opted in. `gh api repos/OWNER/REPOSITORY --jq '.owner.id, .id'` prints both.
   *
   * Source: https://docs.github.com/en/actions/reference/security/oidc, immutable subject claims, read 2026-11-23.
   *
   * @default - the name alone decides
   */
  readonly ids?: GitHubIds;
  /**
   * The identity provider `https://token.actions.githubusercontent.com` of the account.
   *
   * @default - the one that the account has: there can be only one, made by `iam.OidcProviderNative` or by hand
   */
  readonly provider?: iam.IOidcProvider;
}

/** The numbers by which GitHub knows a repository, which are never given to another one. */
export interface GitHubIds {
  /** Number of the owner. */
  readonly owner: number;
  /** Number of the repository. */
  readonly repository: number;
}

/** A job of GitLab CI. */
export interface GitLabIdentityOptions {
  /** Groups and name of the project, for example `platform/fleets`. */
  readonly projectPath: string;
  /** The branch whose pipelines may deploy: a protected one. */
  readonly branch: string;
  /**
   * The tier of the job's environment, which must be protected as well. The names of environments cannot be part of a
   * GitLab subject. The project needs `ci_id_token_sub_claim_components` set to project_path, ref_type, ref,
   * environment_protected and deployment_tier, in this order (GitLab 18.7).
   *
   * @default - any job of the branch
   */
  readonly deploymentTier?: GitLabDeploymentTier;
  /**
   * Host of the GitLab server.
   *
   * @default 'gitlab.com'
   */
  readonly host?: string;
  /**
   * The identity provider of the server in the account.
   *
   * @default - the one that the account has: there can be only one for a server
   */
  readonly provider?: iam.IOidcProvider;
}

/**
 * Tiers of GitLab environments.
 *
 * Source: https://docs.gitlab.com/ci/environments/, deployment tier of environments.
 */
export enum GitLabDeploymentTier {
  PRODUCTION = 'production',
  STAGING = 'staging',
  TESTING = 'testing',
  DEVELOPMENT = 'development',
  OTHER = 'other',
}
