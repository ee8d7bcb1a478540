import { execFileSync } from 'node:child_process';
import * as path from 'node:path';
import { Command } from 'commander';
import { beforeAll, describe, expect, test } from 'vitest';
import { DeployIdentity, DeployRole, GitLabDeploymentTier } from '../../lib';
import { diffCommand } from '../../lib/cli/diff/diff-command';
import { formatterOf } from '../../lib/cli/diff/format/format-report';
import { parseGates } from '../../lib/cli/diff/gate';
import { planCommand } from '../../lib/cli/plan/plan-command';
import { ensureInstalled } from '../../scripts/local-aws/python-environment';
import {
  ciPath,
  ciText,
  GITHUB_WORKFLOWS,
  gitHubWorkflow,
  GITLAB_PIPELINE,
  gitLabJob,
  GitHubStep,
} from '../support/ci/ci-file';
import { newStack } from '../support/fleet-app';
import { onlyResource, templateOf } from '../support/template';
import { letsIn, trustOf } from '../support/web-identity-trust';

const REQUIREMENTS = path.join(__dirname, '../../scripts/ci-tools/requirements.txt');

function stepsOf(workflow: string): GitHubStep[] {
  return Object.values(gitHubWorkflow(workflow).jobs).flatMap(({ steps }) => steps);
}

describe('published schemas', () => {
  let python: string;
  beforeAll(async () => {
    python = await ensureInstalled({ requirementsFile: REQUIREMENTS });
  }, 300_000);

  const check = (schema: string, file: string, ...more: string[]) =>
    execFileSync(python, ['-m', 'check_jsonschema', '--builtin-schema', `vendor.${schema}`, ...more, file], {
      encoding: 'utf8',
    });

  test.each(GITHUB_WORKFLOWS)('take %s', (workflow) => {
    expect(check('github-workflows', ciPath(workflow))).toContain('ok');
  });

  test('take the pipeline of GitLab', () => {
    expect(check('gitlab-ci', ciPath(GITLAB_PIPELINE), '--data-transform', 'gitlab-ci')).toContain('ok');
  });

  test('refuse the pipeline of one in place of the other', () => {
    expect(() => check('github-workflows', ciPath(GITLAB_PIPELINE))).toThrow();
  });
});

describe.each(GITHUB_WORKFLOWS)('%s', (name) => {
  test('pins every action by its commit, and says which version that is', () => {
    const uses = ciText(name).match(/uses: .*/g) ?? [];
    expect(uses.length).toBeGreaterThan(1);
    expect(uses.filter((line) => !/^uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
    // As many as the parser sees: none hides behind another way to write YAML.
    expect(stepsOf(name).filter((step) => step.uses !== undefined)).toHaveLength(uses.length);
  });

  test('is called by others, and never runs with the rights of the base on the code of a fork', () => {
    expect(Object.keys(gitHubWorkflow(name).on)).toEqual(['workflow_call']);
    expect(ciText(name)).not.toContain('pull_request_target');
    expect(ciText(name)).not.toContain('secrets');
  });

  test('puts no value of an event or a caller into a script', () => {
    const scripts = stepsOf(name).flatMap(({ run }) => run ?? []);
    expect(scripts.length).toBeGreaterThan(1);
    expect(scripts.filter((script) => script.includes('${{'))).toEqual([]);
  });

  test('starts without rights, ends in time, and leaves no token in the checkout', () => {
    const workflow = gitHubWorkflow(name);
    expect(workflow.permissions).toEqual({});
    expect(workflow.concurrency).toBeDefined();
    expect(Object.values(workflow.jobs).filter((job) => job['timeout-minutes'] === undefined)).toEqual([]);
    const checkouts = stepsOf(name).filter(({ uses }) => uses?.startsWith('actions/checkout@'));
    expect(checkouts.length).toBeGreaterThan(0);
    expect(checkouts.filter((step) => step.with?.['persist-credentials'] !== false)).toEqual([]);
  });

  test('runs only programs of the lock file: npx never fetches one of the same name', () => {
    const scripts = stepsOf(name).flatMap(({ run }) => run?.split('\n') ?? []);
    const calls = scripts.filter((line) => line.includes('npx'));
    expect(calls.length).toBeGreaterThan(0);
    expect(calls.filter((line) => !/npx --no -- (cdk|graviton-fleet) /.test(line))).toEqual([]);
    expect(scripts.filter((line) => /npm (install|i)\b/.test(line))).toEqual([]);
  });
});

describe('the plan', () => {
  const { jobs } = gitHubWorkflow('github/plan.yml');

  test('reads only, where it runs what the pull request says', () => {
    expect(jobs.plan.permissions).toEqual({ contents: 'read' });
  });

  test('writes only comments, where it runs nothing of the pull request, and not for forks', () => {
    expect(jobs.comment.permissions).toEqual({ 'pull-requests': 'write' });
    expect(jobs.comment.steps.flatMap(({ uses }) => uses ?? [])).toEqual([]);
    expect(jobs.comment.steps.map(({ run }) => /npm|npx|node/.test(run ?? ''))).toEqual([false]);
    expect(jobs.comment.if).toContain('github.event.pull_request.head.repo.full_name == github.repository');
  });
});

describe('the deployment', () => {
  const { jobs } = gitHubWorkflow('github/deploy.yml');

  test('has the rights to read and to ask for a token, in an environment', () => {
    expect(Object.values(jobs).map(({ permissions }) => permissions)).toEqual([
      { contents: 'read', 'id-token': 'write' },
    ]);
    expect(jobs.deploy.environment).toBe('${{ inputs.environment }}');
  });

  test('takes its session after the packages were installed, for as long as DeployRole gives one', () => {
    const { steps } = jobs.deploy;
    const session = steps.findIndex(({ uses }) => uses?.startsWith('aws-actions/configure-aws-credentials@'));
    expect(session).toBeGreaterThan(steps.findIndex(({ run }) => run === 'npm ci'));
    const stack = newStack();
    const identity = DeployIdentity.gitHub({ owner: 'octo-org', repository: 'fleets', environment: 'production' });
    new DeployRole(stack, 'Deploy', { identity });
    const [, role] = onlyResource(templateOf(stack), 'AWS::IAM::Role');
    expect(steps[session].with?.['role-duration-seconds']).toBe(role.Properties.MaxSessionDuration);
    expect(jobs.deploy['timeout-minutes']! * 60).toBe(role.Properties.MaxSessionDuration);
  });
});

describe('GitLab', () => {
  test('deploys from the default branch alone, with a token for AWS that DeployRole takes', () => {
    const job = gitLabJob('fleet deployment') as unknown as {
      rules: { if: string }[];
      id_tokens: { FLEET_AWS_TOKEN: { aud: string } };
      environment: { deployment_tier: GitLabDeploymentTier };
    };
    expect(job.rules.map((rule) => rule.if)).toEqual(['$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH']);
    const identity = DeployIdentity.gitLab({
      ...{ projectPath: 'platform/fleets', branch: 'main' },
      deploymentTier: job.environment.deployment_tier,
    });
    const stack = newStack();
    new DeployRole(stack, 'Deploy', { identity });
    const sub =
      'project_path:platform/fleets:ref_type:branch:ref:main:environment_protected:true:deployment_tier:production';
    const { aud } = job.id_tokens.FLEET_AWS_TOKEN;
    expect(letsIn(trustOf(templateOf(stack)), 'gitlab.com', { aud, sub })).toBe(true);
  });

  test('gives the comment no file of the merge request to run, and not to forks', () => {
    const job = gitLabJob('fleet comment');
    expect(job.variables?.GIT_STRATEGY).toBe('none');
    expect(job.rules.map((rule) => rule.if)).toEqual([
      '$CI_PIPELINE_SOURCE == "merge_request_event" && $CI_MERGE_REQUEST_SOURCE_PROJECT_ID == $CI_PROJECT_ID',
    ]);
    const others = [...gitLabJob('fleet plan').script, ...gitLabJob('fleet deployment').script];
    expect(others.filter((line) => line.includes('FLEET_COMMENT_TOKEN'))).toEqual([]);
  });
});

describe('graviton-fleet', () => {
  const FAIL_ON = 'replacement,iam,network,cost:+10%';
  const lines = [
    ...GITHUB_WORKFLOWS.flatMap((name) => stepsOf(name).flatMap(({ run }) => run?.split('\n') ?? [])),
    ...gitLabJob('fleet plan').script,
  ].filter((line) => line.includes('-- graviton-fleet'));

  test.each(lines)('takes what is written in "%s"', (line) => {
    const words = /graviton-fleet (.*?)(?: >.*)?$/.exec(line)?.[1] ?? '';
    const environment = { BASE: 'abc', FAIL_ON, FLEET_FAIL_ON: FAIL_ON, CI_MERGE_REQUEST_DIFF_BASE_SHA: 'abc' };
    const script = `printf '%s\\n' ${words}`;
    const parameters = execFileSync('bash', ['--norc', '-ec', script], { encoding: 'utf8', env: environment })
      .trim()
      .split('\n');
    const program = new Command().exitOverride();
    [planCommand(), diffCommand()].forEach((command) =>
      program.addCommand(command.exitOverride().action(() => undefined)),
    );
    program.parse(parameters, { from: 'user' });
    expect(['plan', 'diff']).toContain(parameters[0]);
    if (parameters[0] === 'diff') {
      const options = program.commands[1].opts<{ failOn: string; format: string }>();
      expect(options).toMatchObject({ base: 'abc', failOn: FAIL_ON, format: 'markdown' });
      expect(parseGates(options.failOn).map(({ name }) => name)).toEqual(FAIL_ON.split(','));
      expect(formatterOf(options.format)).toBeTypeOf('function');
    }
  });

  test('is called in both, to plan and to compare', () => {
    expect(lines).toHaveLength(4);
  });
});
