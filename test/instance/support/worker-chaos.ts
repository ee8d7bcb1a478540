import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ResultMessage } from '../../../instance/worker-agent/results/result-queue';
import { LocalAws } from '../../../scripts/local-aws/local-aws';
import { Agent } from './agent';
import { ExecutionLog } from './execution-log';
import { HOOK, InstanceUnderTest } from './instance-under-test';
import { JobQueues } from './job-queues';
import { RecordedAutoScaling } from './recorded-auto-scaling';
import { SeededRandom } from './seeded-random';

/** What can happen to an instance while it works, and how often of a hundred times. */
const WEIGHTS = {
  /** SIGKILL of the agent, which is then started again on the same instance. */
  'agent-killed': 25,
  /** SIGKILL of a job's program, or a broken connection to the server. */
  'job-killed': 35,
  /** A Spot notice of one to three seconds, and SIGKILL of everything at its time. */
  'spot-notice': 20,
  /** Auto Scaling terminates the instance: gone when the hook is completed. */
  'scale-in': 12,
  /** SIGTERM of the agent, which is then started again on the same instance. */
  'agent-stopped': 8,
};

/** One kind of interruption. */
export type Chaos = keyof typeof WEIGHTS;

/** How much of it. */
export interface ChaosOptions {
  readonly jobs: number;
  readonly interruptions: number;
  readonly instances: number;
  readonly slots: number;
  readonly seed: number;
  readonly directory: string;
  /** Where the built programs are. */
  readonly programs: string;
}

/** A member of the fleet: its instance, and the agent that runs on it now. */
interface Member {
  readonly instance: InstanceUnderTest;
  readonly handler: object;
  agent: Agent;
}

/** So many jobs of each share take a second, so that an interruption always meets work, on however quick a machine. */
const SECOND_LONG_JOBS = 2;
const POLL_MILLISECONDS = 20;
const JOB_RUNS_WITHIN_MILLISECONDS = 30_000;
const SETTLED_WITHIN_MILLISECONDS = 120_000;

/**
 * A fleet of workers that does jobs while its instances are interrupted and killed. Each interruption comes right after
 * its share of the jobs was accepted; their kinds are as many as the weights say. The seed decides in which order, of
 * whom and with how much notice, and how long each job takes. The moment at which each comes to pass is the machine's,
 * so that a seed repeats the plan, not the interleaving.
 */
export class WorkerChaos {
  public readonly results: ResultMessage[] = [];
  public readonly happened: Chaos[] = [];
  public readonly accepted: string[] = [];
  private readonly random: SeededRandom;
  private readonly members: Member[] = [];
  private readonly leaving = new Set<Promise<void>>();
  private readonly plan: readonly Chaos[];
  private launched = 0;

  public constructor(
    private readonly options: ChaosOptions,
    private readonly localAws: LocalAws,
    private readonly queues: JobQueues,
    private readonly autoScaling: RecordedAutoScaling,
    private readonly executions: ExecutionLog,
  ) {
    this.random = new SeededRandom(options.seed);
    this.plan = this.random.deck(WEIGHTS, options.interruptions);
  }

  /** Runs until every accepted job has a result, every interruption has happened and the queue is empty. */
  public async run(): Promise<void> {
    fs.mkdirSync(this.options.directory, { recursive: true });
    for (let index = 0; index < this.options.instances; index += 1) {
      this.members.push(await this.launch(index));
    }
    const done = new Set<string>();
    const { jobs, interruptions } = this.options;
    let quietSince = Date.now();
    while (done.size < jobs || this.happened.length < interruptions || (await this.queues.remaining()) > 0) {
      const fresh = await this.queues.takeResults();
      fresh.forEach(({ jobId }) => done.add(jobId));
      this.results.push(...fresh);
      quietSince = fresh.length > 0 ? Date.now() : quietSince;
      if (Date.now() - quietSince > SETTLED_WITHIN_MILLISECONDS) {
        throw new Error(`${jobs - done.size} of ${jobs} jobs have no result, and none has come for two minutes`);
      }
      const share = jobs / interruptions;
      if (this.happened.length < interruptions && done.size >= this.happened.length * share * 0.95) {
        await this.accept(Math.round((this.happened.length + 1) * share));
        await this.interruptOne();
      }
      await sleep(POLL_MILLISECONDS);
    }
    await Promise.all(this.leaving);
    this.results.push(...(await this.queues.takeResults()));
  }

  public async end(): Promise<void> {
    await Promise.all(this.members.map(({ instance }) => instance.end()));
  }

  /** Sends jobs until so many are accepted. */
  private async accept(total: number): Promise<void> {
    const batch = Array.from({ length: total - this.accepted.length }, (_, index) => ({
      id: `job-${this.accepted.length + index}`,
      body: index < SECOND_LONG_JOBS ? '1' : this.duration(),
    }));
    await this.queues.send(batch);
    this.accepted.push(...batch.map(({ id }) => id));
  }

  /** Most jobs take no time, some a moment, and a few longer than the visibility time-out. */
  private duration(): string {
    const kind = this.random.pick({ none: 90, moment: 9, long: 1 });
    return { none: '0', moment: '0.1', long: '2.5' }[kind];
  }

  private async launch(index: number): Promise<Member> {
    this.launched += 1;
    const { directory } = this.options;
    const instance = await InstanceUnderTest.launch(`i-${this.launched}`, directory, this.autoScaling);
    const handler = index % 2 === 0 ? this.executions.programHandler : this.executions.serverHandler;
    return { instance, handler, agent: this.startAgent(instance, handler) };
  }

  private startAgent(instance: InstanceUnderTest, handler: object): Agent {
    const configuration = {
      ...this.queues.configuration,
      handler,
      lifecycleHookName: HOOK,
      slots: this.options.slots,
      visibilitySeconds: 2,
      waitSeconds: 1,
      retrySeconds: 0,
      idleSeconds: 1,
      pollSeconds: 0.2,
      drainSeconds: 2,
      spotMarginSeconds: 0.2,
    };
    const environment = { AWS_ENDPOINT_URL: this.localAws.endpoint };
    return instance.start(path.join(this.options.programs, 'worker-agent.js'), configuration, environment);
  }

  private async interruptOne(): Promise<void> {
    const index = Math.floor(this.random.next() * this.members.length);
    const member = this.members[index];
    const chaos = this.plan[this.happened.length];
    // An agent that has not taken up its work yet has nothing to lose.
    await member.agent.until('started', 60_000);
    switch (chaos) {
      case 'agent-killed':
        await member.agent.end();
        member.agent = this.startAgent(member.instance, member.handler);
        break;
      case 'agent-stopped':
        member.agent.kill('SIGTERM');
        await member.agent.exited;
        member.agent = this.startAgent(member.instance, member.handler);
        break;
      case 'job-killed':
        await this.killJob();
        break;
      case 'spot-notice':
      case 'scale-in':
        this.members[index] = await this.launch(index);
        this.leave(chaos === 'scale-in' ? this.scaleIn(member) : this.takeBack(member));
        break;
    }
    this.happened.push(chaos);
  }

  private leave(leaving: Promise<void>): void {
    this.leaving.add(leaving);
    void leaving.finally(() => this.leaving.delete(leaving));
  }

  private async scaleIn({ instance, agent }: Member): Promise<void> {
    instance.terminate();
    await agent.until('hook-completed', 60_000);
    await instance.end();
  }

  private async takeBack({ instance }: Member): Promise<void> {
    const at = new Date(Date.now() + 1_000 + this.random.next() * 2_000);
    instance.metadata.announceSpotInterruption(at);
    await sleep(at.getTime() - Date.now());
    await instance.end();
  }

  /**
   * Ends a job that has begun, of whichever member.
   *
   * @throws Error when none has begun in time: the shares hold jobs for it
   */
  private async killJob(): Promise<void> {
    const deadline = Date.now() + JOB_RUNS_WITHIN_MILLISECONDS;
    while (Date.now() < deadline) {
      const inProgramFirst = this.random.next() < 0.5;
      if ((inProgramFirst && this.killProgram()) || this.executions.breakRequest() || this.killProgram()) {
        return;
      }
      await sleep(1);
    }
    throw new Error(`no job began within ${JOB_RUNS_WITHIN_MILLISECONDS} ms`);
  }

  private killProgram(): boolean {
    const begun = this.executions.read();
    return this.members.some(({ agent }) =>
      childrenOf(agent.processId).some(({ id, jobId }) => begun.has(jobId) && kill(id)),
    );
  }
}

/** @returns whether the process was still there */
function kill(id: number): boolean {
  try {
    return process.kill(id, 'SIGKILL');
  } catch {
    return false;
  }
}

/** The processes that a process has started, and the jobs that they do. */
function childrenOf(parent: number): { id: number; jobId: string }[] {
  try {
    const children = fs
      .readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8')
      .trim()
      .split(' ')
      .filter(Boolean);
    return children.map((id) => ({
      id: Number(id),
      jobId: /(?:^|\0)JOB_ID=([^\0]*)/.exec(fs.readFileSync(`/proc/${id}/environ`, 'utf8'))?.[1] ?? '',
    }));
  } catch {
    // A process that has ended has neither children nor an environment.
    return [];
  }
}
