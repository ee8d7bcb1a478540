import * as net from 'node:net';
import { AddressInfo } from 'node:net';
import { describe, expect, test, vi } from 'vitest';
import { sumOfGauges } from '../../instance/drain-agent/metric-gauges';
import { OpenConnections } from '../../instance/drain-agent/open-connections';

describe('the sum of gauges', () => {
  const page = [
    '# HELP llamacpp:requests_processing Number of requests processing.',
    '# TYPE llamacpp:requests_processing gauge',
    'llamacpp:requests_processing 3',
    'llamacpp:requests_processing_seconds 90',
    'llamacpp:requests_deferred{model="a}b",process="0"} 2 1395066363000',
    'llamacpp:requests_deferred{model="b",process="1"} 1e0',
    '',
  ].join('\n');

  test('adds all samples of all names, with labels, exponents and time stamps', () => {
    expect(sumOfGauges(page, ['llamacpp:requests_processing', 'llamacpp:requests_deferred'])).toBe(6);
  });

  test('is unknown when one of the gauges is missing', () => {
    expect(() => sumOfGauges(page, ['llamacpp:requests_processing', 'vllm:num_requests_running'])).toThrow(
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

function connect(host: string, port: number): Promise<net.Socket> {
  return new Promise((resolve) => {
    const socket = net.connect({ host, port }, () => resolve(socket));
  });
}
