import * as fs from 'node:fs';
import * as path from 'node:path';
import { parse } from 'yaml';

const DIRECTORY = path.join(__dirname, '../../../examples/ci');

export const GITHUB_WORKFLOWS = ['github/plan.yml', 'github/deploy.yml'] as const;
export const GITLAB_PIPELINE = 'gitlab/.gitlab-ci.yml';

/** A step of a job of GitHub Actions. */
export interface GitHubStep {
  readonly name?: string;
  readonly id?: string;
  readonly uses?: string;
  readonly with?: Record<string, unknown>;
  readonly run?: string;
  readonly env?: Record<string, string>;
}

/** A job of GitHub Actions. */
export interface GitHubJob {
  readonly permissions?: Record<string, string>;
  readonly environment?: string;
  readonly if?: string;
  readonly 'timeout-minutes'?: number;
  readonly steps: GitHubStep[];
}

/** A workflow of GitHub Actions. */
export interface GitHubWorkflow {
  readonly on: Record<string, unknown>;
  readonly permissions?: Record<string, string>;
  readonly concurrency?: Record<string, unknown>;
  readonly jobs: Record<string, GitHubJob>;
}

/** A job of GitLab CI. */
export interface GitLabJob {
  readonly script: string[];
  readonly variables?: Record<string, string>;
  readonly rules: { readonly if: string }[];
}

export function ciPath(name: string): string {
  return path.join(DIRECTORY, name);
}

export function ciText(name: string): string {
  return fs.readFileSync(ciPath(name), 'utf8');
}

export function gitHubWorkflow(name: string): GitHubWorkflow {
  return parse(ciText(name)) as GitHubWorkflow;
}

export function gitLabJob(name: string): GitLabJob {
  return (parse(ciText(GITLAB_PIPELINE)) as Record<string, GitLabJob>)[name];
}

/** A step of a workflow by its id or name. */
export function gitHubStep(workflow: string, job: string, step: string): GitHubStep {
  const found = gitHubWorkflow(workflow).jobs[job].steps.find(({ id, name }) => step === id || step === name);
  if (found === undefined) {
    throw new Error(`no step ${step}`);
  }
  return found;
}
