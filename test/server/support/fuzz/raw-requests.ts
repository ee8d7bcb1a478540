import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';

const BODY = '{"model":"example","prompt":"You may","max_tokens":3}';
const TARGETS = ['/v1/completions', '/v1/chat/completions', '/v1/embeddings', '/v1/models', '/health/live', '/metrics'];

const request = (headers: string, body: string | Buffer = BODY, line = 'POST /v1/completions HTTP/1.1'): Buffer =>
  Buffer.concat([
    Buffer.from(`${line}\r\nhost: x\r\ncontent-type: application/json\r\n${headers}\r\n\r\n`),
    Buffer.from(body),
  ]);

const length = (value: string | number, body: string | Buffer = BODY): Buffer =>
  request(`content-length: ${value}`, body);

const lengths = fc
  .constantFrom<string | number>(
    ...[
      0,
      1,
      BODY.length - 1,
      BODY.length + 1,
      2 ** 31,
      '1e3',
      '-1',
      '+5',
      ' ',
      '0x10',
      '5, 5',
      '5,6',
      '99999999999999999999',
    ],
  )
  .map((value) => length(value));

const chunk = fc.constantFrom(
  `${BODY.length.toString(16)}\r\n${BODY}\r\n`,
  '3\r\nabc\r\n',
  '-1\r\nx\r\n',
  'ffffffffffffffff\r\nx\r\n',
  '5\r\nabc\r\n',
  'zz\r\n',
  '3;x=y\r\nabc\r\n',
  '3\nabc\n',
  '\r\n',
  `3;${'e'.repeat(20_000)}\r\nabc\r\n`,
);
const chunks = fc
  .tuple(
    fc.array(chunk, { maxLength: 4 }),
    fc.constantFrom('0\r\n\r\n', '0\r\nx: y\r\n\r\n', '0\r\n', '', '00000000\r\n\r\n'),
  )
  .map(([parts, end]) => request('transfer-encoding: chunked', parts.join('') + end));

const encodings = fc
  .constantFrom('gzip', 'br', 'deflate', 'identity', 'x')
  .chain((encoding) =>
    fc
      .constantFrom(gzipSync(BODY), Buffer.from(BODY), gzipSync(Buffer.alloc(1_000_000)))
      .map((body) => request(`content-encoding: ${encoding}\r\ncontent-length: ${body.length}`, body)),
  );

const texts = fc
  .constantFrom(
    Buffer.from(BODY, 'utf16le'),
    Buffer.from(`\ufeff${BODY}`),
    Buffer.from(BODY.replace('You', '\\ud800')),
    Buffer.concat([
      Buffer.from('{"model":"example","prompt":"'),
      Buffer.from([0xff, 0xfe, 0xc0, 0x80]),
      Buffer.from('","max_tokens":1}'),
    ]),
    Buffer.from(BODY + '\u0000'),
  )
  .map((body) => length(body.length, body));

const headers = fc
  .constantFrom(
    'transfer-encoding: gzip, chunked',
    'transfer-encoding: identity',
    'expect: 100-continue',
    'expect: the unexpected',
    'connection: upgrade\r\nupgrade: websocket',
    'connection: upgrade, HTTP2-Settings\r\nupgrade: h2c\r\nHTTP2-Settings: AA',
    'accept-version: 9',
    'content-type: text/plain',
    'content-type: application/json; charset=utf-16',
    'content-type: ;;;',
    'authorization: Bearer \x01',
    'cookie: __proto__=1',
    `x: ${'y'.repeat(9000)}`,
    ' folded: x',
    'no colon',
    '__proto__: x',
    'host: second',
  )
  .map((header) => request(`${header}\r\ncontent-length: ${BODY.length}`));

const lines = fc
  .tuple(
    fc.constantFrom('GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'TRACE', 'CONNECT', 'POST', 'PATCH', 'PRI', 'BREW'),
    fc.oneof(
      fc.constantFrom(
        ...TARGETS,
        '*',
        '//',
        '/..%2f..',
        '/%',
        '/%ff',
        '/v1/models/%00',
        '/v1/models/__proto__',
        'http://x/v1/models',
        '/?__proto__[x]=1',
        `/${'a'.repeat(9000)}`,
      ),
      fc.webPath().map((each) => each || '/'),
    ),
    fc.constantFrom('HTTP/1.1', 'HTTP/1.0', 'HTTP/0.9', 'HTTP/2.0', 'HTTP/1.9', ''),
  )
  .map(([method, target, version]) => Buffer.from(`${method} ${target} ${version}\r\nhost: x\r\n\r\n`));

const pipelined = fc
  .tuple(fc.integer({ min: 2, max: 12 }), fc.boolean())
  .map(([count, old]) =>
    Buffer.concat(
      Array.from({ length: count }, () =>
        request(
          `content-length: ${BODY.length}\r\nconnection: keep-alive`,
          BODY,
          `POST /v1/completions HTTP/1.${old ? 0 : 1}`,
        ),
      ),
    ),
  );

const noise = fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes));

const flipped = fc
  .tuple(
    fc.constantFrom(
      length(BODY.length),
      request('transfer-encoding: chunked', `${BODY.length.toString(16)}\r\n${BODY}\r\n0\r\n\r\n`),
    ),
    fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 4 }),
  )
  .map(([bytes, flips]) => {
    const changed = Buffer.from(bytes);
    flips.forEach(([at, by]) => (changed[at % changed.length] ^= by));
    return changed;
  });

/** Bytes for a connection: a request that is broken somewhere, several at once, or none. */
export const rawRequest: fc.Arbitrary<Buffer> = fc.oneof(
  lengths,
  chunks,
  encodings,
  texts,
  headers,
  lines,
  pipelined,
  noise,
  flipped,
);
