import { Agent, request } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '../../clock.js';
import type { Ask, Ledger } from '../../scenario/scenario.js';
import type { Reading } from '../engine.js';
import { ENOUGH, watchSize } from './bounds.js';
import type { Ran, Running } from './commands.js';
import { type Errand, startErrand } from './errands.js';
import { bad, GOOD, ownFailureOf, readingOf } from './failures.js';

/** How a ledger gets at its units. */
export interface Reach {
  addressOf(host: string): string;
  /** Runs a command inside a unit. */
  runIn(host: string, command: readonly string[], running: Running): Promise<Ran>;
}

/** One connection of a ledger, with one write on it at a time. */
export interface Line {
  /** Connects where that is still to be done, and writes. Never rejects; after `cut` it may never resolve. */
  write(number: number): Promise<Reading>;
  /** False when no further write should be tried on it. */
  isUsable(): boolean;
  /** What a write is whose time is over, where that is more than a `timeout`; never rejects. */
  late?(): Promise<Reading>;
  /** Ends the connection without goodbye. */
  cut(): void;
}

/** Something that makes one table or the like: done once for all lines, before the first write. */
export type Making = (run: () => Promise<unknown>) => Promise<unknown>;

/** A line on which nothing is connected yet. */
export function openLine(clock: Clock, reach: Reach, ask: Ask, { make }: Ledger, making: Making): Line {
  switch (ask.kind) {
    case 'http':
      return httpLine(reach, ask);
    case 'postgres':
      return postgresLine(reach, ask, make, making);
    case 'redis':
      return redisLine(reach, ask);
    case 'exec':
      return execLine(clock, reach, ask);
    case 'tcp':
      throw new Error('a ledger writes nothing by tcp');
  }
}

/** What the clients say when a connection ends on which an answer was awaited: nobody knows what became of the write. */
const lostWords = /connection (is closed|terminated)/i;

function put(text: string, number: number): string {
  return text.replaceAll('{n}', String(number));
}

/**
 * An HTTP connection on which nothing happens for so long is let go: servers end theirs after two seconds and more without
 * asking, and a write that is sent in just that moment would be refused for nothing that is wrong.
 */
const IDLE_MS = 1500;

function httpLine(reach: Reach, ask: Extract<Ask, { kind: 'http' }>): Line {
  const agent = new Agent({ keepAlive: true, maxSockets: 1, timeout: IDLE_MS });
  const { method, port } = ask;
  return {
    write: (number) =>
      new Promise((resolve) => {
        const body = ask.body === null ? undefined : Buffer.from(put(ask.body, number));
        const length = body === undefined ? {} : { 'content-length': body.length, 'content-type': 'application/json' };
        const path = put(ask.path, number);
        const to = { host: reach.addressOf(ask.host), port, path, method };
        const sent = request({ ...to, headers: { host: ask.host, ...length }, agent }, (answer) => {
          const status = answer.statusCode ?? 0;
          const good = ask.expect === null ? status >= 200 && status < 400 : status === ask.expect;
          const reading = good ? GOOD : bad(`http ${status}`);
          answer.on('end', () => resolve(reading));
          answer.on('error', (error) => resolve(readingOf(error)));
          watchSize(answer, ENOUGH, () => {
            resolve(reading);
            answer.destroy();
          });
        });
        sent.on('error', (error) => resolve(readingOf(error)));
        sent.end(body);
      }),
    // The agent has a new connection for the next write where the server has ended this one.
    isUsable: () => true,
    cut: () => agent.destroy(),
  };
}

function postgresLine(
  reach: Reach,
  ask: Extract<Ask, { kind: 'postgres' }>,
  make: string | null,
  making: Making,
): Line {
  return clientLine({
    async open() {
      const { default: pg } = await import('pg');
      const { port, user, password, database } = ask;
      return new pg.Client({ host: reach.addressOf(ask.host), port, user, password, database });
    },
    async connect(client) {
      await client.connect();
      if (make !== null) await making(() => client.query(make));
    },
    write: (client, number) => client.query(put(ask.query, number)),
    cut: (client) => (client as unknown as { connection: { stream: Socket } }).connection.stream.destroy(),
  });
}

function redisLine(reach: Reach, ask: Extract<Ask, { kind: 'redis' }>): Line {
  return clientLine({
    async open() {
      const { Redis } = await import('ioredis');
      const options = {
        lazyConnect: true,
        enableReadyCheck: false,
        maxRetriesPerRequest: 0,
        retryStrategy: () => null,
      };
      return new Redis({ host: reach.addressOf(ask.host), port: ask.port, ...options });
    },
    connect: (client) => client.connect(),
    write(client, number) {
      const [name = 'PING', ...words] = ask.command.map((word) => put(word, number));
      return client.call(name, ...words);
    },
    cut: (client) => client.disconnect(),
  });
}

/** A database's client, and how it writes. */
interface Database<Client> {
  open(): Promise<Client>;
  connect(client: Client): Promise<void>;
  write(client: Client, number: number): Promise<unknown>;
  cut(client: Client): void;
}

interface Heard {
  on(event: 'error', hear: (error: unknown) => void): unknown;
  on(event: 'end', hear: () => void): unknown;
}

/** A line that is one connection of a database's client, made for its first write and of no use after its first failure. */
function clientLine<Client extends Heard>(db: Database<Client>): Line {
  let usable = true;
  let client: Client | null = null;
  /** A client may tell only here why it has no connection, and then say that it is closed. */
  let first: unknown = null;
  const connect = async () => {
    const fresh = await db.open();
    const spoil = () => {
      usable = false;
    };
    fresh.on('error', (error) => {
      first ??= error;
      spoil();
    });
    // Whoever is between may end a connection on which nothing happens: a pool would not give it to anybody.
    fresh.on('end', spoil);
    client = fresh;
    await db.connect(fresh);
    return fresh;
  };
  let connected: Promise<Client> | null = null;
  return {
    async write(number) {
      try {
        connected ??= connect();
        await db.write(await connected, number);
        return GOOD;
      } catch (error) {
        // Such as one that leads to a former leader: it will be of no use for the next write either.
        usable = false;
        if (lostWords.test(String(error))) return ownFailureOf(first) === null ? bad('reset') : readingOf(first);
        return readingOf(error);
      }
    },
    isUsable: () => usable,
    cut() {
      usable = false;
      if (client !== null) db.cut(client);
    },
  };
}

/** Each write is a command of its own; there is nothing to keep open. */
function execLine(clock: Clock, reach: Reach, ask: Extract<Ask, { kind: 'exec' }>): Line {
  let errand: Errand | null = null;
  let usable = true;
  return {
    async write(number) {
      const command = ask.command.map((word) => put(word, number));
      errand = startErrand(clock, (running) => reach.runIn(ask.host, command, running));
      // Of a unit that is paused nothing comes, however long one waits.
      return (await errand.said) ?? new Promise<never>(() => {});
    },
    isUsable: () => usable,
    late: async () => (await errand?.late()) ?? bad('timeout'),
    cut() {
      usable = false;
      errand?.end();
    },
  };
}
