import { request } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '../../clock.js';
import type { Ask, Ledger } from '../../scenario/scenario.js';
import type { Listing, Place } from '../engine.js';
import { keepEnds, watchSize } from './bounds.js';
import { nameOf, ownFailureOf } from './failures.js';
import type { Reach } from './lines.js';
import { firstOf } from './looks.js';
import { runQuery } from './queries.js';

type Asked<Kind extends Ask['kind']> = Extract<Ask, { kind: Kind }>;

/** What is read back: numbers from `since` on, in at most so many bytes, by the deadline. */
export interface Bounds {
  readonly since: number;
  readonly most: number;
  readonly deadlineMs: number;
}

/** Reads a ledger back from one place, on a connection of its own. Never rejects. */
export function listNumbers(
  clock: Clock,
  reach: Reach,
  { ask, ledger }: { readonly ask: Ask; readonly ledger: Ledger },
  place: Place,
  { since, most, deadlineMs }: Bounds,
): Promise<Listing> {
  const words = ledger.read.map((word) => word.replaceAll('{from}', String(since)));
  return firstOf<Listing>(clock, deadlineMs, failed('timeout'), (settle) => {
    const over = new AbortController();
    list(reach, { ...ask, host: place.host }, place.port, words, { signal: over.signal, most }).then(
      (numbers) => settle({ numbers, error: null }),
      (error) => settle(failed(nameOf(error))),
    );
    return () => over.abort();
  });
}

/** What ends a listing before it is whole: somebody gives up, or it is longer than anything that was written. */
interface Limits {
  readonly signal: AbortSignal;
  readonly most: number;
}

async function list(
  reach: Reach,
  ask: Ask,
  port: number | null,
  words: readonly string[],
  limits: Limits,
): Promise<number[]> {
  switch (ask.kind) {
    case 'http':
      return listByHttp(reach.addressOf(ask.host), port ?? ask.port, ask, words[0] ?? '/', limits);
    case 'postgres':
      return listByPostgres(reach.addressOf(ask.host), { ...ask, port: port ?? ask.port }, words[0] ?? '', limits);
    case 'redis':
      return listByRedis(reach.addressOf(ask.host), port ?? ask.port, words, limits);
    case 'exec':
      return listByCommand(reach, ask, words, limits);
    case 'tcp':
      throw new Error('a ledger reads nothing by tcp');
  }
}

function listByHttp(
  address: string,
  port: number,
  ask: Asked<'http'>,
  path: string,
  { signal, most }: Limits,
): Promise<number[]> {
  return new Promise((resolve, reject) => {
    const options = { host: address, port, path, method: 'GET', headers: { host: ask.host }, agent: false, signal };
    const sent = request(options, (answer) => {
      const kept = keepEnds({ first: most, last: 0 });
      answer.on('data', (chunk: Buffer) => {
        kept.take(chunk);
        if (kept.leftOut() === 0) return;
        reject(tooLong());
        answer.destroy();
      });
      answer.on('error', reject);
      answer.on('end', () => {
        const status = answer.statusCode ?? 0;
        if (status < 200 || status > 299) reject(new Error(`http ${status}`));
        else resolve(numbersIn(kept.text()));
      });
    });
    sent.on('error', reject);
    sent.end();
  });
}

async function listByCommand(
  reach: Reach,
  { host }: Asked<'exec'>,
  words: readonly string[],
  { signal, most }: Limits,
): Promise<number[]> {
  const keep = { first: most, last: 0 };
  const ran = await reach.runIn(host, words, { again: true, quiet: true, signal, keep });
  const { code, output, whole, leftOut = 0 } = ran;
  if (leftOut > 0) throw tooLong();
  if (code !== 0) throw new Error(`exit ${code}`);
  // What of a listing did not arrive would count as lost.
  if (!whole) throw new Error('reset');
  return numbersIn(output);
}

async function listByPostgres(
  address: string,
  { port, user, password, database }: Asked<'postgres'>,
  query: string,
  { signal, most }: Limits,
): Promise<number[]> {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ host: address, port, user, password, database });
  client.on('error', () => {});
  const cut = () => (client as unknown as { connection: { stream: Socket } }).connection.stream.destroy();
  signal.addEventListener('abort', cut, { once: true });
  try {
    await client.connect();
    const over = tooLongOn((client as unknown as { connection: { stream: Socket } }).connection.stream, most, cut);
    const numbers: number[] = [];
    const hear = ([first]: readonly unknown[]) => {
      for (const number of numbersIn(String(first))) numbers.push(number);
    };
    await Promise.race([runQuery(pg, client, query, hear), over]);
    return numbers;
  } finally {
    void client.end().catch(() => {});
  }
}

async function listByRedis(
  address: string,
  port: number,
  [name = 'PING', ...words]: readonly string[],
  { signal, most }: Limits,
): Promise<number[]> {
  const { Redis } = await import('ioredis');
  const options = { lazyConnect: true, enableReadyCheck: false, maxRetriesPerRequest: 0, retryStrategy: () => null };
  const client = new Redis({ host: address, port, ...options });
  // Only here the client tells why it has no connection.
  let first: unknown = null;
  client.on('error', (error) => {
    first ??= error;
  });
  signal.addEventListener('abort', () => client.disconnect(), { once: true });
  try {
    await client.connect();
    const over = tooLongOn((client as unknown as { stream: Socket }).stream, most, () => client.disconnect());
    const answer = await Promise.race([client.call(name, ...words), over]);
    return numbersIn((Array.isArray(answer) ? answer.flat() : [answer]).join('\n'));
  } catch (error) {
    throw ownFailureOf(first) === null ? error : first;
  } finally {
    client.disconnect();
  }
}

function tooLongOn(socket: Socket, most: number, cut: () => void): Promise<never> {
  const over = new Promise<never>((_, reject) => {
    watchSize(socket, most, () => {
      reject(tooLong());
      cut();
    });
  });
  // Whoever has the answer by then does not wait for this.
  over.catch(() => {});
  return over;
}

function tooLong(): Error {
  return new Error('it shows more than was ever written');
}

function numbersIn(text: string): number[] {
  return (text.match(/\d+/g) ?? []).map(Number);
}

function failed(error: string): Listing {
  return { numbers: [], error };
}
