import { request } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '../../clock.js';
import type { Ask, Ledger } from '../../scenario/scenario.js';
import type { Listing, Place } from '../engine.js';
import type { Reach } from './lines.js';
import { firstOf, nameOf } from './looks.js';

type Asked<Kind extends Ask['kind']> = Extract<Ask, { kind: Kind }>;

/** Reads a ledger back from one place, on a connection of its own. Never rejects. */
export function listNumbers(
  clock: Clock,
  reach: Reach,
  { ask, ledger }: { readonly ask: Ask; readonly ledger: Ledger },
  place: Place,
  since: number,
  deadlineMs: number,
): Promise<Listing> {
  const words = ledger.read.map((word) => word.replaceAll('{from}', String(since)));
  return firstOf<Listing>(clock, deadlineMs, failed('timeout'), (settle) => {
    const over = new AbortController();
    list(reach, { ...ask, host: place.host }, place.port, words, over.signal).then(
      (numbers) => settle({ numbers, error: null }),
      (error) => settle(failed(nameOf(error))),
    );
    return () => over.abort();
  });
}

async function list(
  reach: Reach,
  ask: Ask,
  port: number | null,
  words: readonly string[],
  signal: AbortSignal,
): Promise<number[]> {
  switch (ask.kind) {
    case 'http':
      return listByHttp(reach.addressOf(ask.host), port ?? ask.port, ask, words[0] ?? '/', signal);
    case 'postgres':
      return listByPostgres(reach.addressOf(ask.host), { ...ask, port: port ?? ask.port }, words[0] ?? '', signal);
    case 'redis':
      return listByRedis(reach.addressOf(ask.host), port ?? ask.port, words, signal);
    case 'exec':
      return listByCommand(reach, ask, words, signal);
    case 'tcp':
      throw new Error('a ledger reads nothing by tcp');
  }
}

function listByHttp(
  address: string,
  port: number,
  ask: Asked<'http'>,
  path: string,
  signal: AbortSignal,
): Promise<number[]> {
  return new Promise((resolve, reject) => {
    const options = { host: address, port, path, method: 'GET', headers: { host: ask.host }, agent: false, signal };
    const sent = request(options, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () => {
        const status = answer.statusCode ?? 0;
        if (status < 200 || status > 299) reject(new Error(`http ${status}`));
        else resolve(numbersIn(Buffer.concat(chunks).toString()));
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
  signal: AbortSignal,
): Promise<number[]> {
  const { code, output, whole } = await reach.runIn(host, words, { again: true, quiet: true, signal });
  if (code !== 0) throw new Error(`exit ${code}`);
  // What of a listing did not arrive would count as lost.
  if (!whole) throw new Error('reset');
  return numbersIn(output);
}

async function listByPostgres(
  address: string,
  { port, user, password, database }: Asked<'postgres'>,
  query: string,
  signal: AbortSignal,
): Promise<number[]> {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ host: address, port, user, password, database });
  client.on('error', () => {});
  const cut = () => (client as unknown as { connection: { stream: Socket } }).connection.stream.destroy();
  signal.addEventListener('abort', cut, { once: true });
  try {
    await client.connect();
    const { rows } = await client.query<unknown[]>({ text: query, rowMode: 'array' });
    return rows.flatMap(([first]) => numbersIn(String(first)));
  } finally {
    void client.end().catch(() => {});
  }
}

async function listByRedis(
  address: string,
  port: number,
  [name = 'PING', ...words]: readonly string[],
  signal: AbortSignal,
): Promise<number[]> {
  const { Redis } = await import('ioredis');
  const options = { lazyConnect: true, enableReadyCheck: false, maxRetriesPerRequest: 0, retryStrategy: () => null };
  const client = new Redis({ host: address, port, ...options });
  client.on('error', () => {});
  signal.addEventListener('abort', () => client.disconnect(), { once: true });
  try {
    await client.connect();
    const answer = await client.call(name, ...words);
    return numbersIn((Array.isArray(answer) ? answer.flat() : [answer]).join('\n'));
  } finally {
    client.disconnect();
  }
}

function numbersIn(text: string): number[] {
  return (text.match(/\d+/g) ?? []).map(Number);
}

function failed(error: string): Listing {
  return { numbers: [], error };
}
