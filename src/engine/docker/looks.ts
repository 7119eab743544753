import { Agent, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import type Docker from 'dockerode';
import type { Clock } from '../../clock.js';
import type { Ask, Probe } from '../../scenario/scenario.js';
import type { Reading } from '../engine.js';
import type { Berth } from './berth.js';
import { ENOUGH, watchSize } from './bounds.js';
import { runInside } from './commands.js';
import { startErrand } from './errands.js';
import { bad, GOOD, readingOf } from './failures.js';
import { runQuery } from './queries.js';

/** The open connections of probes that share them. */
export interface Pools {
  /** The connections of this probe, or false where every look opens its own. */
  agentOf(probe: Probe): Agent | false;
  /** Closes all. */
  close(): void;
}

/** Pools with nothing in them yet. */
export function openPools(): Pools {
  const agents = new Map<string, Agent>();
  return {
    agentOf(probe) {
      if (probe.reuse !== true) return false;
      const agent = agents.get(probe.name) ?? new Agent({ keepAlive: true });
      agents.set(probe.name, agent);
      return agent;
    },
    close() {
      for (const agent of agents.values()) agent.destroy();
      agents.clear();
    },
  };
}

/** Looks once, as a user who has just arrived, unless `agent` has connections that are open. Never rejects. */
export async function lookOnce(
  docker: Docker,
  clock: Clock,
  berth: Berth,
  probe: Probe,
  count: number,
  deadlineMs: number,
  agent: Agent | false = false,
): Promise<Reading> {
  const ask = fillCount(probe.ask, count);
  switch (ask.kind) {
    case 'http':
      return askHttp(clock, berth.address, ask, deadlineMs, agent);
    case 'tcp':
      return askTcp(clock, berth.address, ask.port, deadlineMs);
    case 'exec':
      return askExec(docker, clock, berth, ask.command, deadlineMs);
    case 'postgres':
      return askPostgres(clock, berth.address, ask, deadlineMs);
    case 'redis':
      return askRedis(clock, berth.address, ask, deadlineMs);
  }
}

function fillCount(ask: Ask, count: number): Ask {
  const fill = (text: string) => text.replaceAll('{n}', String(count));
  switch (ask.kind) {
    case 'http':
      return { ...ask, path: fill(ask.path), body: ask.body === null ? null : fill(ask.body) };
    case 'postgres':
      return { ...ask, query: fill(ask.query) };
    case 'exec':
    case 'redis':
      return { ...ask, command: ask.command.map(fill) };
    case 'tcp':
      return ask;
  }
}

/** One HTTP request, on a connection of its own where there is no agent; good when the answer came with the expected status, whole or as much of it as is read. */
export function askHttp(
  clock: Clock,
  address: string,
  ask: Extract<Ask, { kind: 'http' }>,
  deadlineMs: number,
  agent: Agent | false = false,
): Promise<Reading> {
  return untilDeadline(clock, deadlineMs, (settle) => {
    const body = ask.body === null ? undefined : Buffer.from(ask.body);
    const headers = {
      host: ask.host === '' ? address : ask.host,
      ...(body === undefined ? {} : { 'content-length': body.length, 'content-type': 'application/json' }),
    };
    const { method, path, port } = ask;
    const sent = request({ host: address, port, path, method, headers, agent }, (answer) => {
      const status = answer.statusCode ?? 0;
      const good = ask.expect === null ? status >= 200 && status < 400 : status === ask.expect;
      const reading = good ? GOOD : bad(`http ${status}`);
      answer.on('end', () => settle(reading));
      answer.on('error', (error) => settle(readingOf(error)));
      watchSize(answer, ENOUGH, () => settle(reading));
    });
    sent.on('error', (error) => {
      // The other side may close an open connection just as it is taken up again: no client tells its user of that.
      const stale = sent.reusedSocket && readingOf(error).error === 'reset' && (method === 'GET' || method === 'HEAD');
      if (!stale) return settle(readingOf(error));
      askHttp(clock, address, ask, deadlineMs).then(settle);
    });
    sent.end(body);
    return () => sent.destroy();
  });
}

/** Good when the connection is accepted; note that a frozen process's kernel still accepts. */
export function askTcp(clock: Clock, address: string, port: number, deadlineMs: number): Promise<Reading> {
  return untilDeadline(clock, deadlineMs, (settle) => {
    const socket: Socket = connect({ host: address, port }, () => settle(GOOD));
    socket.on('error', (error) => settle(readingOf(error)));
    return () => socket.destroy();
  });
}

/** Good when the command ends with 0; a hole where Docker did not run it. May take a moment longer than its deadline. */
export async function askExec(
  docker: Docker,
  clock: Clock,
  berth: Berth,
  command: readonly string[],
  deadlineMs: number,
): Promise<Reading> {
  const errand = startErrand(clock, (running) => runInside(docker, clock, berth.container, command, running));
  const said = await firstOf<Reading | null>(clock, deadlineMs, null, (settle) => {
    errand.said.then((reading) => reading !== null && settle(reading));
    return () => {};
  });
  const reading = said ?? (await errand.late());
  errand.end();
  return reading;
}

function askPostgres(
  clock: Clock,
  address: string,
  ask: Extract<Ask, { kind: 'postgres' }>,
  deadlineMs: number,
): Promise<Reading> {
  return untilDeadline(clock, deadlineMs, (settle) => {
    let destroy = () => {};
    const run = async () => {
      const { default: pg } = await import('pg');
      const { port, user, password, database } = ask;
      const client = new pg.Client({ host: address, port, user, password, database });
      client.on('error', (error) => settle(readingOf(error)));
      destroy = () => (client as unknown as { connection: { stream: Socket } }).connection.stream.destroy();
      await client.connect();
      watchSize((client as unknown as { connection: { stream: Socket } }).connection.stream, ENOUGH, () =>
        settle(GOOD),
      );
      await runQuery(pg, client, ask.query);
      destroy = () => void client.end().catch(() => {});
      settle(GOOD);
    };
    run().catch((error) => settle(readingOf(error)));
    return () => destroy();
  });
}

function askRedis(
  clock: Clock,
  address: string,
  ask: Extract<Ask, { kind: 'redis' }>,
  deadlineMs: number,
): Promise<Reading> {
  return untilDeadline(clock, deadlineMs, (settle) => {
    let destroy = () => {};
    const run = async () => {
      const { Redis } = await import('ioredis');
      const client = new Redis({
        host: address,
        port: ask.port,
        lazyConnect: true,
        enableReadyCheck: false,
        maxRetriesPerRequest: 0,
        retryStrategy: () => null,
      });
      client.on('error', (error) => settle(readingOf(error)));
      destroy = () => client.disconnect();
      await client.connect();
      watchSize((client as unknown as { stream: Socket }).stream, ENOUGH, () => settle(GOOD));
      const [name = 'PING', ...rest] = ask.command;
      await client.call(name, ...rest);
      settle(GOOD);
    };
    run().catch((error) => settle(readingOf(error)));
    return () => destroy();
  });
}

function untilDeadline(
  clock: Clock,
  deadlineMs: number,
  attempt: (settle: (reading: Reading) => void) => () => void,
): Promise<Reading> {
  return firstOf(clock, deadlineMs, bad('timeout'), attempt);
}

/** Runs one attempt; the first of its answer and the deadline (then `late`) counts, and its connection is gone without goodbye. */
export async function firstOf<Answer>(
  clock: Clock,
  deadlineMs: number,
  late: Answer,
  attempt: (settle: (answer: Answer) => void) => () => void,
): Promise<Answer> {
  const over = new AbortController();
  let answer = late;
  const abandon = attempt((first) => {
    if (over.signal.aborted) return;
    answer = first;
    over.abort();
  });
  await clock.sleepUntil(deadlineMs, over.signal);
  over.abort();
  abandon();
  return answer;
}
