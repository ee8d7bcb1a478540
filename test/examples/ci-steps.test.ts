import * as fs from 'node:fs';
import * as path from 'node:path';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { COMMENT_MARKER } from '../../lib/cli/diff/format/markdown';
import { ensureInstalled } from '../../scripts/local-aws/python-environment';
import { gitHubStep, gitLabJob } from '../support/ci/ci-file';
import { Comment, CommentServer } from '../support/ci/comment-server';
import { runStep } from '../support/ci/run-step';
import { useScratchDirectory } from '../support/scratch-directory';

const REQUIREMENTS = path.join(__dirname, '../../scripts/ci-tools/requirements.txt');
const FAKE_GH = path.join(__dirname, '../support/ci/fake-gh.py');

const scratch = useScratchDirectory();

/** A report with everything that a shell, GITHUB_OUTPUT or JSON could trip over. */
const REPORT = `${COMMENT_MARKER}\n### Fleets: "quoted" $(touch /tmp/x) \`id\` \${HOME} %0A 'single'\ncomment<<end\nstatus=0\n\\n`;

/** Comments of others: one of a person who copied the marker, more than a page of them. */
function others(): Comment[] {
  return [
    { id: 1, author: 'someone', body: `${COMMENT_MARKER}\nI copied this` },
    { id: 2, author: 'github-actions[bot]', body: 'another workflow' },
    { id: 3, author: 'someone', body: 'looks good' },
  ];
}

describe('the step that compares', () => {
  const { run = '', env = {} } = gitHubStep('github/plan.yml', 'plan', 'diff');
  const npx =
    '#!/bin/bash\nprintf "%s\\n" "$@" >"$HOME/parameters"\n[ -z "$FAKE_REPORT" ] || printf "%s\\n" "$FAKE_REPORT"\nexit "$FAKE_STATUS"\n';

  async function runDiff(status: number, failOn = '', report = REPORT) {
    const directory = scratch();
    const words = { BASE: 'abc123', FAIL_ON: failOn, FAKE_STATUS: `${status}`, FAKE_REPORT: report };
    const result = await runStep(run, words, directory, { npx });
    return { ...result, parameters: fs.readFileSync(path.join(directory, 'parameters'), 'utf8').trim().split('\n') };
  }

  test('hands the report on as it is, as output and as summary', async () => {
    const { status, outputs, summary } = await runDiff(0);
    expect(status).toBe(0);
    expect(outputs).toEqual({ status: '0', comment: REPORT });
    expect(summary).toBe(`${REPORT}\n`);
  });

  test('asks for the base of the pull request, and for gates where there are some', async () => {
    expect(Object.keys(env)).toEqual(['BASE', 'FAIL_ON']);
    const plain = ['--no', '--', 'graviton-fleet', 'diff', '--base', 'abc123', '--format', 'markdown'];
    expect((await runDiff(0)).parameters).toEqual(plain);
    expect((await runDiff(0, 'iam,cost:+10%; echo x')).parameters).toEqual([
      ...plain,
      '--fail-on',
      'iam,cost:+10%; echo x',
    ]);
  });

  test('goes on when a gate is closed, so that the comment is written, and fails after that', async () => {
    const { status, outputs } = await runDiff(1, 'iam');
    expect([status, outputs.status]).toEqual([0, '1']);
    const gates = gitHubStep('github/plan.yml', 'plan', 'Gates');
    expect((await runStep(gates.run ?? '', { STATUS: outputs.status }, scratch())).status).toBe(1);
    expect((await runStep(gates.run ?? '', { STATUS: '0' }, scratch())).status).toBe(0);
  });

  test.each([
    [2, REPORT, 2],
    [1, '', 1],
    [0, '', 1],
  ])('fails at once on exit code %i with the report %j', async (status, report, expected) => {
    const result = await runDiff(status, '', report);
    expect([result.status, result.outputs]).toEqual([expected, {}]);
  });
});

let server: CommentServer;
afterEach(() => server?.stop());

/** Runs twice, with other reports; what is there then must be the same for both systems. */
async function commentTwice(
  comment: (report: string) => Promise<{ status: number | null; stderr: string }>,
): Promise<void> {
  server = await CommentServer.start(others());
  const first = await comment(REPORT);
  expect([first.stderr, first.status]).toEqual(['', 0]);
  expect(server.comments).toHaveLength(4);
  expect((await comment(`${COMMENT_MARKER}\nsecond`)).status).toBe(0);
  const untouched = server.comments.slice(0, 3);
  expect(untouched).toEqual(others());
  expect(server.comments.slice(3).map(({ body }) => body)).toEqual([`${COMMENT_MARKER}\nsecond`]);
  expect(server.writes.map((write) => write.split(' ')[0])).toEqual(['POST', expect.stringMatching(/PATCH|PUT/)]);
}

describe('the comment', () => {
  let python: string;
  beforeAll(async () => {
    python = await ensureInstalled({ requirementsFile: REQUIREMENTS });
  }, 300_000);

  const { run = '' } = gitHubStep('github/plan.yml', 'comment', 'Comment');
  const gh = () => `#!/bin/sh\nexec ${python} ${FAKE_GH} "$@"\n`;
  const onGitHub = (report: string, token = 'the-token') =>
    runStep(run, { GH_TOKEN: token, NUMBER: '7', COMMENT: report, FAKE_API: server.url }, scratch(), { gh: gh() });

  test('on GitHub is written once and then kept up to date, behind a page of others', async () => {
    await commentTwice(onGitHub);
  });

  test('on GitHub arrives as it is', async () => {
    server = await CommentServer.start([]);
    const long = `${REPORT}${'x'.repeat(65_536 - REPORT.length)}`;
    await onGitHub(long);
    expect(server.comments.map(({ body }) => body)).toEqual([long]);
  });

  test('on GitHub fails when it may not be written', async () => {
    server = await CommentServer.start([]);
    expect((await onGitHub(REPORT, 'wrong')).status).not.toBe(0);
    expect(server.comments).toEqual([]);
  });

  async function onGitLab(report: string, token = 'the-token') {
    const directory = scratch();
    fs.mkdirSync(directory);
    fs.writeFileSync(path.join(directory, 'fleet-diff.md'), report);
    const project = { CI_API_V4_URL: server.url, CI_PROJECT_ID: '5', CI_MERGE_REQUEST_IID: '7' };
    const words = { ...project, FLEET_COMMENT_TOKEN: token, FLEET_REPORT: 'fleet-diff.md' };
    return runStep(gitLabJob('fleet comment').script.join('\n'), words, directory);
  }

  test('on GitLab is written once and then kept up to date, behind a page of others', async () => {
    await commentTwice(onGitLab);
  });

  test('on GitLab fails when it may not be written, without a word of the token', async () => {
    server = await CommentServer.start([]);
    const { status, stderr } = await onGitLab(REPORT, 'wrong-token');
    expect([status, stderr.includes('got 401'), stderr.includes('wrong-token')]).toEqual([1, true, false]);
  });
});

test('the deployment of GitLab writes its token for nobody else, and gives it to no script of a package', async () => {
  const directory = scratch();
  const file = path.join(directory, 'token');
  const record =
    '#!/bin/sh\nenv >"$HOME/$(basename "$0").env"\nprintf "%s\\n" "$@" >"$HOME/$(basename "$0").parameters"\n';
  const { status } = await runStep(
    gitLabJob('fleet deployment').script.join('\n'),
    { FLEET_AWS_TOKEN: 'a.signed.token', AWS_WEB_IDENTITY_TOKEN_FILE: file, FLEET_STACKS: '*-production' },
    directory,
    { npm: record, npx: record },
  );
  expect(status).toBe(0);
  expect(fs.readFileSync(file, 'utf8')).toBe('a.signed.token');
  expect(fs.statSync(file).mode & 0o777).toBe(0o600);
  expect(fs.readFileSync(path.join(directory, 'npm.env'), 'utf8')).not.toContain('a.signed.token');
  expect(fs.readFileSync(path.join(directory, 'npx.parameters'), 'utf8').split('\n')).toContain('*-production');
});
