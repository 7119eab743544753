import { type IncomingMessage, type RequestOptions, request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';
import type { Duplex, Readable } from 'node:stream';
import { keepEnds, WHOLE } from './bounds.js';

/** A call as the Docker client describes it. */
export interface Call {
  readonly path: string;
  readonly method: string;
  /** `true` for each status that is good, a few words for each that is known to be bad. */
  readonly statusCodes: Readonly<Record<string, true | string>>;
  /** The answer is wanted as a stream, as soon as it begins. */
  readonly isStream?: boolean;
  /** The connection itself is the answer. */
  readonly hijack?: boolean;
  readonly openStdin?: boolean;
  /** Ends the call, and the stream that it gave. */
  readonly abortSignal?: AbortSignal;
}

/** What is sent with a call. */
export type Body = string | Buffer | Readable | undefined;

/** How one sending is bounded: `over` ends it while nothing has come; a stream that says nothing for `idleMs` is broken off. */
export interface Bounds {
  readonly secure: boolean;
  readonly over: AbortSignal;
  readonly idleMs: number | null;
}

/**
 * Sends a call once, on a connection of its own, so that a broken one is nobody else's. Gives what the Docker client
 * would. @throws with `statusCode` when the engine refused, else when the whole answer did not come.
 */
export function sendOnce(options: RequestOptions, call: Call, body: Body, bounds: Bounds): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const request = (bounds.secure ? requestSecure : requestPlain)({ ...options, agent: false });
    let carrier: IncomingMessage | Duplex | null = null;
    const over = new AbortController();
    const breakOff = (why: unknown) => {
      reject(why);
      carrier?.destroy();
      request.destroy();
    };
    for (const signal of [bounds.over, call.abortSignal]) {
      signal?.addEventListener('abort', () => breakOff(signal.reason), { once: true, signal: over.signal });
    }
    request.on('error', reject);
    request.on('close', () => carrier ?? over.abort());
    request.on('upgrade', (_response, socket, head) => {
      carrier = socket;
      socket.on('close', () => over.abort());
      // Whoever listens hears of it too; that nobody does must not end the process.
      socket.on('error', () => {});
      if (head.length > 0) socket.unshift(head);
      resolve(socket);
    });
    request.on('response', (response) => {
      carrier = response;
      response.on('error', reject);
      response.on('close', () => over.abort());
      if (call.isStream && call.statusCodes[String(response.statusCode)] === true) {
        if (bounds.idleMs !== null) {
          response.setTimeout(bounds.idleMs, () => response.destroy(new Error('Docker fell silent in its answer')));
        }
        resolve(response);
      } else readAnswer(response, call).then(resolve, reject);
    });
    sendBody(request, body);
    if (call.abortSignal?.aborted) breakOff(call.abortSignal.reason);
  });
}

function sendBody(request: ReturnType<typeof requestPlain>, body: Body): void {
  if (body === undefined || typeof body === 'string' || Buffer.isBuffer(body)) request.end(body);
  else body.on('error', (error) => request.destroy(error)).pipe(request);
}

async function readAnswer(response: IncomingMessage, call: Call): Promise<unknown> {
  const kept = keepEnds(WHOLE);
  for await (const chunk of response) {
    kept.take(chunk);
    if (kept.leftOut() > 0) throw tooLong(call);
  }
  const bytes = kept.bytes();
  const isJson = /json/.test(response.headers['content-type'] ?? '');
  if (!response.complete) throw halfSent();
  let value: unknown = bytes;
  try {
    value = JSON.parse(bytes.toString()) ?? bytes;
  } catch {
    if (isJson && bytes.length > 0) throw halfSent();
  }
  const status = response.statusCode ?? 0;
  if (call.statusCodes[status] === true) return value;
  const { message, error } = value as { message?: string; error?: string };
  const reason = call.statusCodes[status] ?? 'unexpected';
  // The same form as the Docker client's own.
  const sentence = `(HTTP code ${status}) ${reason} - ${message ?? error ?? bytes.toString()} `;
  throw Object.assign(new Error(sentence), { statusCode: status, reason, json: value });
}

/** With a code of Node's kind, by which nobody asks for it again. */
function tooLong({ path }: Call): Error {
  const sentence = `Docker's answer to ${path} is longer than ${WHOLE.first} bytes`;
  return Object.assign(new Error(sentence), { code: 'ERR_TOO_LONG' });
}

function halfSent(): Error {
  return Object.assign(new Error('only half of the answer came'), { code: 'ECONNRESET' });
}
