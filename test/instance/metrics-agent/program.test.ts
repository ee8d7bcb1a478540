import * as fs from 'node:fs';
import * as http from 'node:http';
import { AddressInfo } from 'node:net';
import * as path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import * as published from '../../../instance/metrics-agent/published-metrics';
import {
  FLEET_DIMENSION,
  FLEET_TAG,
  METRIC_NAMESPACE,
  SERVER_METRICS,
} from '../../../lib/image/private/instance-metrics';
import { buildInstancePrograms } from '../../../scripts/build-instance-programs';
import { LocalMetadata } from '../../../scripts/local-metadata/local-metadata';
import { ServerMetrics } from '../../../server/metrics/server-metrics';
import { LoopbackAws } from '../../support/loopback-aws';
import { onInstance, writeFiles } from '../../support/on-instance';
import { useScratchDirectory } from '../../support/scratch-directory';
import { Agent } from '../support/agent';

test('the names are those that the constructs read', () => {
  const { COUNTERS, HISTOGRAMS, GAUGES, NAMESPACE, DIMENSION } = published;
  const names = Object.keys({ ...COUNTERS, ...HISTOGRAMS, ...GAUGES });
  expect(names.sort()).toEqual(Object.values(SERVER_METRICS).sort());
  expect([NAMESPACE, DIMENSION, published.FLEET_TAG]).toEqual([METRIC_NAMESPACE, FLEET_DIMENSION, FLEET_TAG]);
});

describe('the program metrics-agent', () => {
  const scratch = useScratchDirectory();
  let program: string;
  let metrics: ServerMetrics;
  let pages: http.Server;
  let cloudWatch: LoopbackAws;
  const sent: { readonly MetricName: string; readonly Value?: number }[] = [];

  beforeAll(async () => {
    const directory = scratch();
    await buildInstancePrograms(directory);
    program = path.join(directory, 'metrics-agent.js');
    pages = http.createServer((_request, response) => void metrics.page().then((page) => response.end(page)));
    await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve));
    cloudWatch = await LoopbackAws.start({
      PutMetricData: ({ json }) => {
        sent.push(...(json as unknown as { MetricData: typeof sent }).MetricData);
        return {};
      },
    });
  });
  beforeEach(() => {
    metrics = new ServerMetrics(() => ({ working: 2, queued: 1 }));
    sent.splice(0);
  });
  afterAll(async () => {
    pages?.closeAllConnections();
    pages?.close();
    await cloudWatch?.stop();
  });

  /** The files of an instance that one process runs on, which is placed as on a real one. */
  function rootOf(): string {
    const layout = fs.readFileSync(onInstance('process_layout.py'), 'utf8');
    const root = writeFiles(scratch(), {
      'etc/graviton/runtime.json': JSON.stringify({
        schemaVersion: 1,
        port: 8080,
        firstProcessPort: (pages.address() as AddressInfo).port,
        metricsPath: '/metrics',
        slotsPerProcess: 4,
        placement: { kind: 'cores', cores: 16 },
      }),
      'sys/devices/system/cpu/online': '0-7\n',
      'opt/graviton/bin/process_layout.py': layout,
    });
    fs.chmodSync(path.join(root, 'opt/graviton/bin/process_layout.py'), 0o755);
    return root;
  }

  async function start(root: string, state: string, tags: Record<string, string>): Promise<[Agent, LocalMetadata]> {
    const metadata = await LocalMetadata.start({ instanceId: 'i-1', region: 'us-east-1', tags });
    // Its argument is the root; the file that the harness writes is of no use to it.
    const directory = scratch();
    fs.mkdirSync(directory, { recursive: true });
    const entry = path.join(directory, 'start.js');
    fs.writeFileSync(entry, `process.argv[2] = ${JSON.stringify(root)}; require(${JSON.stringify(program)});`);
    const environment = {
      AWS_EC2_METADATA_SERVICE_ENDPOINT: metadata.endpoint,
      AWS_ENDPOINT_URL_CLOUDWATCH: cloudWatch.endpoint,
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      RUNTIME_DIRECTORY: state,
    };
    return [new Agent({ program: entry, configuration: {}, directory, environment }), metadata];
  }

  test('publishes at its end what was counted since the last minute, and after a restart only what is new', async () => {
    const [root, state] = [rootOf(), scratch()];
    metrics.promptTokens.inc(1234);
    metrics.timeToFirstToken.observe(0.7);
    for (const expected of [1234, 66]) {
      const [agent, metadata] = await start(root, state, { [FLEET_TAG]: 'chat' });
      await agent.until('started', 30_000);
      agent.kill('SIGTERM');
      expect(await agent.exited).toBe(0);
      await metadata.stop();
      await vi.waitFor(() => expect(sent.map(({ MetricName }) => MetricName)).toContain('PromptTokens'));
      expect(sent.find(({ MetricName }) => MetricName === 'PromptTokens')!.Value).toBe(expected);
      expect(sent.some(({ MetricName }) => MetricName === 'TimeToFirstToken')).toBe(expected === 1234);
      expect(sent.find(({ MetricName }) => MetricName === 'RequestsInFlight')!.Value).toBe(2);
      sent.splice(0);
      metrics.promptTokens.inc(66);
    }
  });

  test('has nothing to do outside of a fleet', async () => {
    const [agent, metadata] = await start(rootOf(), scratch(), {});
    expect(await agent.exited).toBe(0);
    expect(agent.lines.map(({ event }) => event)).toEqual(['in-no-fleet']);
    await metadata.stop();
  });

  test('ends with 78 where there is no runtime', async () => {
    const [agent, metadata] = await start(scratch(), scratch(), { [FLEET_TAG]: 'chat' });
    expect(await agent.exited).toBe(78);
    await metadata.stop();
  });
});
