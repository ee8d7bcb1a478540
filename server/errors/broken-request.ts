import { STATUS_CODES } from 'node:http';
import { Socket } from 'node:net';
import { ApiError } from './api-error';

/** What Node.js says of bytes that are no HTTP request, by its code; any other is a 400. */
const KNOWN: Readonly<Record<string, readonly [number, string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request did not come as a whole in the time that this server waits for one.'],
  HPE_HEADER_OVERFLOW: [431, 'The headers of the request are too large.'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'The chunk extensions of the request are too large.'],
};

/** Answers what never became a request, in the words of OpenAI's API, and closes the connection. */
export function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (socket.destroyed || error.code === 'ECONNRESET') {
    return;
  }
  const [status, message] = KNOWN[error.code ?? ''] ?? [400, 'The request is no HTTP.'];
  const body = JSON.stringify(new ApiError(message, { status, type: 'invalid_request_error' }).body);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  // An answer that is under way is cut off: more bytes in its midst would be taken for a part of it.
  if (socket.writable && !isAnswering(socket)) {
    socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  }
  socket.destroySoon();
}

/** Whether a part of an answer was sent, and not its end; where Node.js keeps it, as its documentation has it. */
function isAnswering(socket: Socket): boolean {
  const { _httpMessage: answer } = socket as { _httpMessage?: { headersSent: boolean; writableEnded: boolean } };
  return answer?.headersSent === true && !answer.writableEnded;
}
