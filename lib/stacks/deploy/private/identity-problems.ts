import { Token } from 'aws-cdk-lib';
import { Problem } from '../../../validation';
import { GitHubIdentityOptions, GitLabIdentityOptions } from '../deploy-identity-options';

interface NameRule {
  readonly pattern: RegExp;
  readonly allowed: string;
}

const OWNER: NameRule = {
  // Managed users of an enterprise have an underscore before its short code.
  pattern: /^[A-Za-z0-9][A-Za-z0-9_-]{0,38}$/,
  allowed: 'up to 39 letters, digits, hyphens and underscores',
};
const REPOSITORY: NameRule = {
  pattern: /^[A-Za-z0-9._-]{1,100}$/,
  allowed: 'up to 100 letters, digits, dots, hyphens and underscores, without the owner',
};
const ENVIRONMENT: NameRule = {
  // "%" is left as it is in tokens, where ":" becomes "%3A": two environments could not be told apart.
  pattern: /^(?!.*\$\{)[^\s*?%"'\\`,;](?:[^\n\r\t*?%"'\\`,;]{0,253}[^\s*?%"'\\`,;])?$/,
  allowed: 'one environment, by up to 255 characters without * ? % quotes and commas',
};
const PROJECT: NameRule = {
  pattern: /^[A-Za-z0-9_][A-Za-z0-9_.-]*(?:\/[A-Za-z0-9_][A-Za-z0-9_.-]*)+$/,
  allowed: 'groups and name of one project, for example platform/fleets',
};
const BRANCH: NameRule = {
  // ":" separates the claims of a subject, and Git itself refuses it in a name.
  pattern: /^(?!.*\$\{)[^\s*?:%~^[\\]+$/,
  allowed: 'the name of one branch, without refs/heads/ and without wildcards',
};
const HOST: NameRule = {
  pattern: /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/,
  allowed: 'the name of a host, for example gitlab.example.com',
};

/** What is wrong with the names of a GitHub job: a wildcard or a mistaken name would let others deploy. */
export function gitHubProblems({ owner, repository, environment, ids }: GitHubIdentityOptions): Problem[] {
  return [
    ...nameProblems('owner', owner, OWNER),
    ...nameProblems('repository', repository, REPOSITORY),
    ...nameProblems('environment', environment, ENVIRONMENT),
    ...(ids ? [...numberProblems('ids.owner', ids.owner), ...numberProblems('ids.repository', ids.repository)] : []),
  ];
}

/** What is wrong with the names of a GitLab job. */
export function gitLabProblems({ projectPath, branch, host }: GitLabIdentityOptions): Problem[] {
  return [
    ...nameProblems('projectPath', projectPath, PROJECT),
    ...nameProblems('branch', branch.startsWith('refs/') ? '' : branch, BRANCH, branch),
    ...(host === undefined ? [] : nameProblems('host', host, HOST)),
  ];
}

function nameProblems(what: string, value: string, { pattern, allowed }: NameRule, written = value): Problem[] {
  if (Token.isUnresolved(value)) {
    // A value of the deployment could be a wildcard, or empty.
    const fix = 'write the name itself';
    return [{ what, got: 'a value that is only known at deployment', allowed, fix }];
  }
  if (pattern.test(value)) {
    return [];
  }
  const fix = /[*?]/.test(value)
    ? 'name one, and make a role for each: a pattern would let others deploy'
    : 'copy the name from its page';
  return [{ what, got: JSON.stringify(written), allowed, fix }];
}

function numberProblems(what: string, value: number): Problem[] {
  if (Number.isSafeInteger(value) && value > 0) {
    return [];
  }
  const fix = "ask for it by gh api repos/OWNER/REPOSITORY --jq '.owner.id, .id'";
  return [{ what, got: String(value), allowed: 'a whole number above 0', fix }];
}
