import * as http from 'node:http';
import { AddressInfo } from 'node:net';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { afterEach, describe, expect, test } from 'vitest';
import { Publisher } from '../../../instance/metrics-agent/publishing/publisher';
import { NO_INCREASE } from '../../../instance/metrics-agent/reading/increase';
import { readAwsRequest } from '../../support/aws-request';

const MINUTE = { at: 120_000, increase: NO_INCREASE, gauges: { RequestsInFlight: 3, RequestsQueued: 0 } };

describe('publishing', () => {
  let server: http.Server | undefined;
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });

  async function publisherTo(
    answer: (response: http.ServerResponse, body: string) => void,
    milliseconds?: number,
  ): Promise<{ publisher: Publisher; calls: () => number }> {
    let calls = 0;
    server = http.createServer((request, response) => {
      calls += 1;
      void readAwsRequest(request).then(({ body }) => answer(response, body));
    });
    await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return { publisher: publisherAt(endpoint, milliseconds), calls: () => calls };
  }

  function publisherAt(endpoint: string, milliseconds?: number): Publisher {
    const credentials = { accessKeyId: 'testing', secretAccessKey: 'testing' };
    return new Publisher(
      new CloudWatchClient({ region: 'us-east-1', endpoint, credentials, maxAttempts: 1 }),
      'chat',
      milliseconds,
    );
  }

  const failure = (status: number, code: string) => (response: http.ServerResponse) =>
    response
      .writeHead(status, { 'content-type': 'application/x-amz-json-1.0' })
      .end(JSON.stringify({ __type: code, message: code }));

  test('is one call in the namespace and the dimension of the fleet', async () => {
    let sent: unknown;
    const { publisher, calls } = await publisherTo((response, body) => {
      sent = JSON.parse(body);
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end('{}');
    });
    expect(await publisher.publish([MINUTE, { ...MINUTE, at: 180_000 }])).toEqual({ kind: 'published' });
    expect(calls()).toBe(1);
    const datum = { MetricName: 'RequestsInFlight', Value: 3, Unit: 'Count', StorageResolution: 60 };
    const { Namespace, MetricData } = sent as { Namespace: string; MetricData: object[] };
    expect(Namespace).toBe('GravitonFleet');
    expect(MetricData).toHaveLength(8);
    for (const Timestamp of [120, 180]) {
      expect(MetricData).toContainEqual({ ...datum, Timestamp, Dimensions: [{ Name: 'Fleet', Value: 'chat' }] });
    }
  });

  test.each([
    [400, 'ThrottlingException', 'not-taken'],
    [503, 'ServiceUnavailable', 'not-taken'],
    [403, 'AccessDeniedException', 'not-taken'],
    [400, 'InvalidParameterValueException', 'lost'],
    [500, 'InternalServiceFault', 'lost'],
  ])('answered with %i %s is %s, and tried once', async (status, code, kind) => {
    const { publisher, calls } = await publisherTo(failure(status, code));
    expect(await publisher.publish([MINUTE])).toMatchObject({ kind });
    expect(calls()).toBe(1);
  });

  test.each<[string, (response: http.ServerResponse) => void]>([
    ['not at all', () => undefined],
    ['by the end of the connection', (response) => response.destroy()],
  ])('answered %s may have been counted, and is not tried again', async (_how, answer) => {
    const { publisher, calls } = await publisherTo(answer, 3_000);
    expect(await publisher.publish([MINUTE])).toMatchObject({ kind: 'lost' });
    expect(calls()).toBe(1);
  });

  test('to nobody was not taken', async () => {
    expect(await publisherAt('http://127.0.0.1:9').publish([MINUTE])).toMatchObject({ kind: 'not-taken' });
  });
});
