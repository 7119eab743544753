import type Docker from 'dockerode';
import type { Clock } from '../../clock.js';
import { type Executed, whyServiceUnable } from '../engine.js';
import { sentenceOf } from './api.js';
import type { Berth, Topology } from './berth.js';
import { type Follow, runInside } from './commands.js';
import { readingOfExit, refusalOf } from './failures.js';
import type { Faults } from './faults.js';
import { stateOf } from './processes.js';
import { lookReady } from './ready.js';

/** What a unit or a service is asked through. */
export interface Ground {
  readonly docker: Docker;
  readonly clock: Clock;
  readonly topology: Topology;
  readonly faults: Faults;
}

/** Why nothing can be done at a unit, or with a service, as a sentence; null when something can. Never rejects. */
export async function whyUnable(ground: Ground, name: string): Promise<string | null> {
  const berths = [...ground.topology.berths.values()];
  const unit = ground.topology.berths.get(name);
  const own = berths.filter(({ unit: { service } }) => service === name);
  if (own.length === 0) return unit === undefined ? `there is no ${name}` : whyUnitUnable(ground, unit);
  const whys = await Promise.all(own.map((berth) => whyUnitUnable(ground, berth)));
  return whyServiceUnable(name, whys);
}

async function whyUnitUnable({ docker, clock, faults }: Ground, berth: Berth): Promise<string | null> {
  const { name } = berth.unit;
  if (faults.lies(name, 'power-off')) return `${name} has no power`;
  try {
    const { Running, Paused, Health } = await stateOf(docker, berth);
    if (!Running) return `${name} is not running`;
    // What is paused and was not frozen is about to get its power back.
    if (Paused) return faults.lies(name, 'freeze') ? `${name} is frozen` : `${name} has no power`;
    const { ready } = berth.service;
    if (ready === null) return null;
    const { ok, hole, error } = await lookReady(docker, clock, berth, ready, Health?.Status);
    if (ok) return null;
    return hole === true ? `${name} cannot be asked: ${error}` : `${name} is not ready`;
  } catch (error) {
    return `${name} cannot be asked: ${sentenceOf(error)}`;
  }
}

const LONGEST_OUTPUT = 200;

/**
 * Runs a command inside of a unit once; not ok when it does not end with 0 by the deadline. `hide` takes out of what it said
 * what nobody may read. Never rejects.
 */
export async function execute(
  ground: Ground | null,
  unit: string,
  command: readonly string[],
  deadlineMs: number,
  hide: (text: string) => string,
): Promise<Executed> {
  const berth = ground?.topology.berths.get(unit);
  if (ground === null || berth === undefined) return failed(`there is no ${unit}`);
  const { docker, clock, faults } = ground;
  if (faults.lies(unit, 'power-off')) return failed(`${unit} has no power`);
  const answered = new AbortController();
  const follow: Follow = { stage: 'asked', runs: null };
  const running = { again: false, signal: answered.signal, follow };
  const ran = runInside(docker, clock, berth.container, command, running).then(
    ({ code, output }) => {
      const { ok, hole, error } = readingOfExit(code, output);
      const said = lastLineOf(hide(output));
      if (hole === true) return failed(error ?? '', hole);
      return ok ? { ok, error: null, output: said } : failed(`its command ended with ${code}: ${said}`);
    },
    (error) => {
      const refusal = refusalOf(error, follow.stage);
      if (refusal === null) return failed(`${unit} is frozen`);
      if (refusal.hole === true) return failed(hide(refusal.error ?? ''), refusal.hole);
      return failed(refusal.error === 'not running' ? `${unit} is not running` : hide(sentenceOf(error)));
    },
  );
  const late = () =>
    follow.stage === 'asked'
      ? failed('Docker did not run it in time', true)
      : failed('its command did not end in time');
  const silence = clock.sleepUntil(deadlineMs, answered.signal).then(late);
  return Promise.race([ran, silence]).finally(() => answered.abort());
}

function failed(error: string, hole?: true): Executed {
  return { ok: false, error, output: '', ...(hole === true && { hole }) };
}

function lastLineOf(output: string): string {
  return (output.trim().split('\n').at(-1) ?? '').trim().slice(0, LONGEST_OUTPUT);
}
