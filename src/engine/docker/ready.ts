import type Docker from 'dockerode';
import type { Clock } from '../../clock.js';
import { EnvironmentError } from '../../errors.js';
import type { Readiness } from '../../scenario/scenario.js';
import type { Reading } from '../engine.js';
import { demultiplex } from './api.js';
import type { Berth } from './berth.js';
import { keepEnds } from './bounds.js';
import { bad, GOOD, hole, refusalOf } from './failures.js';
import { askExec, askHttp, askTcp } from './looks.js';

const EVERY_MS = 200;
/** A unit that comes back is looked at so often, as long as no more than a few looks are unanswered. */
const OFTEN_MS = 50;
const FEW = 4;
/** How late it may be noticed that a unit was let go. */
const NOTICE_MS = 10;
const LOOK_MS = 2000;
const COMMAND_MS = 30_000;
const LAST = { first: 0, last: 4096 };

/** Waits until a unit says that it is ready. @throws EnvironmentError with the unit's last lines when it ends or takes too long. */
export async function waitUntilReady(docker: Docker, clock: Clock, berth: Berth, signal: AbortSignal): Promise<void> {
  const { ready } = berth.service;
  const deadlineMs = clock.now() + (ready?.withinMs ?? 0);
  for (;;) {
    const state = (await docker.getContainer(berth.container).inspect()).State;
    const stopped = !state.Running && !state.Restarting;
    if (!stopped && (ready === null || (await isReady(docker, clock, berth, ready, state.Health?.Status)))) return;
    signal.throwIfAborted();
    if (stopped || clock.now() >= deadlineMs) {
      throw new EnvironmentError(
        stopped
          ? `unit ${berth.unit.name} ended by itself with status ${state.ExitCode}${await lastLines(docker, berth)}`
          : `unit ${berth.unit.name} was not ready within ${(ready?.withinMs ?? 0) / 1000} s${await lastLines(docker, berth)}`,
        stopped ? 'Mend its image or its `command:`.' : 'Give its service a longer `ready.within`, or mend its image.',
      );
    }
    await clock.sleepUntil(clock.now() + EVERY_MS, signal);
  }
}

/**
 * Looks whether a unit is ready as soon as its engine has let it go at or after `sinceMs`, until it is; null when `signal`
 * aborts, and for no unit. A look that hangs delays no other. Never rejects.
 */
export async function whenReady(
  docker: Docker,
  clock: Clock,
  berth: Berth | undefined,
  sinceMs: number,
  signal: AbortSignal,
): Promise<{ fromMs: number; toMs: number } | null> {
  if (berth === undefined) return null;
  const found = new AbortController();
  const over = AbortSignal.any([signal, found.signal]);
  let letGoMs = berth.letGoMs ?? Number.NEGATIVE_INFINITY;
  for (; !(letGoMs >= sinceMs); letGoMs = berth.letGoMs ?? Number.NEGATIVE_INFINITY) {
    if (signal.aborted) return null;
    await clock.sleepUntil(clock.now() + NOTICE_MS, signal);
  }
  let fromMs = letGoMs;
  let toMs: number | null = null;
  let pending = 0;
  const look = async () => {
    const sentMs = clock.now();
    pending += 1;
    const { ok, hole: unseen } = await seesReady(docker, clock, berth, over);
    pending -= 1;
    if (over.aborted) return;
    // Where nobody could look, it may have been ready already.
    if (!ok && unseen !== true) fromMs = Math.max(fromMs, sentMs);
    if (!ok) return;
    toMs = clock.now();
    found.abort();
  };
  const everyMs = berth.service.ready?.kind === 'exec' ? EVERY_MS : OFTEN_MS;
  while (!over.aborted) {
    void look();
    // Who is waited for so long is not missed by this much; and the more looks hang, the more rarely there is another.
    const pauseMs = Math.max(everyMs, Math.min(EVERY_MS, (clock.now() - letGoMs) / 100));
    await clock.sleepUntil(clock.now() + pauseMs * Math.max(1, pending - FEW), over);
  }
  return toMs === null ? null : { fromMs, toMs };
}

/** One look: not good when it is not ready, a hole when nobody can tell. */
async function seesReady(docker: Docker, clock: Clock, berth: Berth, over: AbortSignal): Promise<Reading> {
  const { ready } = berth.service;
  // Of what answers by itself, or has its kernel answer, nothing else need be asked while it does not.
  const answers = ready?.kind === 'http' || ready?.kind === 'tcp';
  const sees = async (): Promise<Reading> => {
    const answer = answers ? await lookReady(docker, clock, berth, ready, undefined) : GOOD;
    if (!answer.ok || ready?.kind === 'http') return answer;
    const { State: state } = await docker.getContainer(berth.container).inspect();
    // What its restart policy is to start again counts as running there.
    if (!state.Running || state.Restarting || state.Paused) return bad('not running');
    return answers || ready === null ? GOOD : lookReady(docker, clock, berth, ready, state.Health?.Status);
  };
  const late = new AbortController();
  // A unit that does not answer in time is known sooner: then it is Docker that does not.
  const patienceMs = LOOK_MS + (ready?.kind === 'exec' ? COMMAND_MS : LOOK_MS);
  const patience = clock
    .sleepUntil(clock.now() + patienceMs, AbortSignal.any([over, late.signal]))
    .then(() => hole('Docker did not answer in time'));
  const seen = sees().catch((error: unknown) => refusalOf(error) ?? bad('paused'));
  return Promise.race([seen, patience]).finally(() => late.abort());
}

/** Whether a unit, whose health its engine knows as `health`, says now that it is ready. @throws what the Docker API answers. */
export async function isReady(...of: Parameters<typeof lookReady>): Promise<boolean> {
  return (await lookReady(...of)).ok;
}

/** The same, with why it is not, and a hole where nobody could look. @throws EnvironmentError when it has no health to be asked for. */
export async function lookReady(
  docker: Docker,
  clock: Clock,
  berth: Berth,
  ready: Readiness,
  health: string | undefined,
): Promise<Reading> {
  const deadlineMs = clock.now() + LOOK_MS;
  switch (ready.kind) {
    case 'http': {
      const ask = { ...ready, method: 'GET', host: '', body: null, expect: null };
      return askHttp(clock, berth.address, ask, deadlineMs);
    }
    case 'tcp':
      return askTcp(clock, berth.address, ready.port, deadlineMs);
    case 'exec':
      return askExec(docker, clock, berth, ready.command, clock.now() + COMMAND_MS);
    case 'health':
      if (health === undefined) {
        throw new EnvironmentError(
          `unit ${berth.unit.name} has \`ready: { health: true }\`, but its image has no HEALTHCHECK`,
          'Add a HEALTHCHECK to the image, or use `ready: { http: … }`, `{ tcp: … }` or `{ exec: … }`.',
        );
      }
      return health === 'healthy' ? GOOD : bad(`its health is ${health}`);
  }
}

async function lastLines(docker: Docker, berth: Berth): Promise<string> {
  const wanted = { stdout: true, stderr: true, tail: 8, follow: false } as const;
  const logs = await docker
    .getContainer(berth.container)
    .logs(wanted)
    .catch(() => null);
  if (logs === null) return '; its last lines cannot be read';
  const kept = keepEnds(LAST);
  kept.take(Buffer.from(demultiplex(logs as unknown as Buffer).trim()));
  const text = kept.text().trim();
  return text === '' ? ' and wrote nothing' : `; its last lines:\n${text.replace(/^/gm, '  ')}`;
}
