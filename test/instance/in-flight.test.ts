import * as http from 'node:http';
import * as net from 'node:net';
import { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { samplesOf } from '../../instance/common/metric-page';
import { processPorts } from '../../instance/common/process-ports';
import { sumOfGauges } from '../../instance/drain-agent/metric-gauges';
import { OpenConnections } from '../../instance/drain-agent/open-connections';
import { ProcessGauges } from '../../instance/drain-agent/process-gauges';
import { commandOf, writeFiles } from '../support/on-instance';
import { useScratchDirectory } from '../support/scratch-directory';

describe('the sum of gauges', () => {
  const samples = samplesOf(
    [
      '# HELP llamacpp:requests_processing Number of requests processing.',
      '# TYPE llamacpp:requests_processing gauge',
      'llamacpp:requests_processing 3',
      'llamacpp:requests_processing_seconds 90',
      'llamacpp:requests_deferred{model="a}b",process="0"} 2 1395066363000',
      'llamacpp:requests_deferred{model="b",process="1"} 1e0',
      '',
    ].join('\n'),
  );

  test('adds all samples of all names, with labels, exponents and time stamps', () => {
    expect(sumOfGauges(samples, ['llamacpp:requests_processing', 'llamacpp:requests_deferred'])).toBe(6);
  });

  test('is unknown when one of the gauges is missing', () => {
    expect(() => sumOfGauges(samples, ['llamacpp:requests_processing', 'vllm:num_requests_running'])).toThrow(
      'the metrics page has no vllm:num_requests_running',
    );
  });
});

describe('open connections', () => {
  test.each(['127.0.0.1', '::1'])('are counted while they are open: %s', async (host) => {
    const server = net.createServer().listen(0, host);
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const counter = new OpenConnections(port);
    expect(await counter.count()).toBe(0);
    const sockets = await Promise.all([connect(host, port), connect(host, port)]);
    await vi.waitFor(async () => expect(await counter.count()).toBe(2));
    // What the server itself opens to others from another port is not a request to it.
    expect(await new OpenConnections(sockets[0].localPort!).count()).toBe(1);
    sockets.forEach((socket) => socket.destroy());
    await vi.waitFor(async () => expect(await counter.count()).toBe(0));
    server.close();
  });
});

describe('the gauges of several processes', () => {
  const NAMES = ['graviton_requests_in_flight', 'graviton_requests_queued'];
  const servers: net.Server[] = [];
  afterEach(() => {
    servers.splice(0).forEach((server) => server.close());
  });

  async function listening(server: net.Server): Promise<number> {
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  }
  const page = (working: number, queued: number) => `${NAMES[0]} ${working}\n${NAMES[1]} ${queued}\n`;
  const processWith = (body: string, status = 200) =>
    listening(http.createServer((_, response) => response.writeHead(status, { Connection: 'close' }).end(body)));
  const gaugesAt = (...ports: number[]) =>
    new ProcessGauges({ ports: () => ports, metricsPath: '/metrics', names: NAMES });
  /** Tries again when a busy machine was too slow for the time that the agent gives a page. */
  const countOf = (gauges: ProcessGauges) => vi.waitFor(() => gauges.count(), { timeout: 20_000 });
  async function portOfNobody(): Promise<number> {
    const port = await processWith('');
    await new Promise((resolve) => servers.pop()!.close(resolve));
    return port;
  }

  test('add up, what is queued included', async () => {
    const ports = await Promise.all([processWith(page(3, 0)), processWith(page(0, 5)), processWith(page(0, 0))]);
    expect(await countOf(gaugesAt(...ports))).toBe(8);
  });

  test('are none of a process that is down', async () => {
    expect(await countOf(gaugesAt(await processWith(page(3, 1)), await portOfNobody()))).toBe(4);
    expect(await countOf(gaugesAt(await portOfNobody()))).toBe(0);
  });

  test('are what is still open of a process that takes nothing new and finishes what it has', async () => {
    const accepted: net.Socket[] = [];
    const server = net.createServer((socket) => accepted.push(socket));
    const port = await listening(server);
    const sockets = await Promise.all([connect('127.0.0.1', port), connect('127.0.0.1', port)]);
    // What the server has not accepted yet it would reset.
    await vi.waitFor(() => expect(accepted).toHaveLength(2));
    server.close();
    const gauges = gaugesAt(port, await processWith(page(1, 0)));
    expect(await countOf(gauges)).toBe(3);
    sockets.forEach((socket) => socket.destroy());
    await vi.waitFor(async () => expect(await gauges.count()).toBe(1));
  });

  test('are unknown when one process answers otherwise, or breaks the connection', async () => {
    const good = await processWith(page(0, 0));
    await expect(gaugesAt(good, await processWith('', 500)).count()).rejects.toThrow('HTTP status 500');
    await expect(gaugesAt(good, await processWith('other 1\n')).count()).rejects.toThrow(`has no ${NAMES[0]}`);
    const broken = await listening(net.createServer((socket) => socket.destroy()));
    await expect(gaugesAt(good, broken).count()).rejects.toThrow();
  });

  test('are asked for again when it was not known which processes there are, and else once', async () => {
    const port = await processWith(page(2, 0));
    const ports = vi.fn().mockImplementationOnce(() => {
      throw new Error('not yet');
    });
    ports.mockReturnValue([port]);
    const gauges = new ProcessGauges({ ports, metricsPath: '/metrics', names: NAMES });
    await expect(gauges.count()).rejects.toThrow('not yet');
    expect([await countOf(gauges), await countOf(gauges)]).toEqual([2, 2]);
    expect(ports).toHaveBeenCalledTimes(2);
  });
});

describe('the ports of the processes', () => {
  const scratch = useScratchDirectory();

  test('are those of the units: one for each core set of the instance', () => {
    const contract = {
      port: 8080,
      firstProcessPort: 20_000,
      slotsPerProcess: 4,
      placement: { kind: 'cores', cores: 16 },
    };
    const root = writeFiles(scratch(), {
      'sys/devices/system/cpu/online': '0-47\n',
      'etc/graviton/runtime.json': JSON.stringify(contract),
    });
    const [interpreter, words] = commandOf('process_layout.py');
    expect(processPorts([interpreter, ...words, root])).toEqual([20_000, 20_001, 20_002]);
    expect(() => processPorts([interpreter, ...words, '/does/not/exist'])).toThrow('No such file');
  });
});

function connect(host: string, port: number): Promise<net.Socket> {
  return new Promise((resolve) => {
    const socket = net.connect({ host, port }, () => resolve(socket));
  });
}
