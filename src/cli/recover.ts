import { readdirSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { type Clock, wallClock } from '../clock.js';
import { openSteps, type Recovery, recoverDrill } from '../drill/drill.js';
import { type DockerEngine, type DrillOnEngine, dockerEngine, hostFromEnvironment } from '../engine/docker/docker.js';
import { InputError } from '../errors.js';
import { exitCodes } from '../judge/judge.js';
import type { Step } from '../plan/plan.js';
import { clockAt } from '../scenario/scenario.js';
import type { Io } from './io.js';
import { entriesOf, reopenJournal } from './journal-file.js';
import { pidOf, RUNNER_LABELS, stateOfRunner } from './runner.js';

/** A drill as its labels and its journal tell it. */
interface Known {
  readonly drill: string;
  readonly scenario: string;
  readonly runner: string | undefined;
  readonly journal: string | undefined;
  /** How many containers, networks and volumes stand. */
  readonly things: number;
}

interface Options {
  readonly allowRemote?: boolean;
}

/**
 * Cures and removes what drills left whose runners are gone; leaves alone those that run. With names, only these, and
 * then also those whose runner cannot be asked. 4 when something could not be cured or removed.
 */
export async function recoverDrills(
  io: Io,
  names: readonly string[],
  { allowRemote = false }: Options,
): Promise<number> {
  const clock = wallClock();
  const engineOf = () => dockerEngine({ clock, folder: io.cwd, host: hostFromEnvironment(io.env), allowRemote });
  const known = await findDrills(io, await engineOf());
  refuseUnknown(names, known);
  let code = 0;
  let done = 0;
  for (const drill of known.filter((one) => names.length === 0 || names.includes(one.drill))) {
    const state = stateOfRunner(drill.runner);
    if (state === 'alive') {
      io.out(`${nameOf(drill)} is running (process ${pidOf(drill.runner)}); it is left alone\n`);
    } else if (state === 'unknown' && !names.includes(drill.drill)) {
      io.out(
        `${nameOf(drill)} was not started on this host (${drill.runner ?? 'by whom is not known'}); it is left alone\n`,
      );
      io.out(`  When you know that it is dead: firedrill recover ${drill.drill}\n`);
    } else {
      done += 1;
      code = worseOf(code, await recoverOne(io, clock, await engineOf(), drill));
    }
  }
  if (done === 0) io.out('nothing to recover: no drill left anything here\n');
  return code;
}

/** What could not be restored is worse than what could not be written down. */
function worseOf(one: number, other: number): number {
  const { code } = exitCodes.notRestored;
  return one === code || other === code ? code : Math.max(one, other);
}

async function recoverOne(io: Io, clock: Clock, engine: DockerEngine, known: Known): Promise<number> {
  const recovery = await recoverDrill({
    ...{ drill: known.drill, engine, clock, by: '`firedrill recover`' },
    ...reopenJournal(io, known.journal),
  });
  const { left, unwritten } = recovery;
  io.out(`${nameOf(known)}: ${stepsOf(recovery)}; ${thingsOf(known, recovery)}\n`);
  for (const what of left) io.out(`  could not be restored: ${what}\n`);
  if (unwritten !== null) io.err(`  the journal of ${known.drill} does not tell of this: ${unwritten}\n`);
  if (left.length > 0) return exitCodes.notRestored.code;
  return unwritten === null ? 0 : exitCodes.environment.code;
}

function stepsOf({ open, cured }: Recovery): string {
  const named = (steps: readonly Step[]) => steps.map((step) => `${step.action.verb} on ${step.unit}`).join(', ');
  const moot = open.filter((step) => !cured.includes(step));
  if (open.length === 0) return 'no fault was open';
  const parts = [
    ...(cured.length === 0 ? [] : [`cured: ${named(cured)}`]),
    ...(moot.length === 0 ? [] : [`not there to be cured: ${named(moot)}`]),
  ];
  return parts.join('; ');
}

function thingsOf({ things }: Known, { left }: Recovery): string {
  const all = `${things} containers, networks and volumes`;
  return left.length === 0 ? `${all} removed` : `not all of ${all} could be removed`;
}

/** Prints the drills that run and those that did not finish. */
export async function showStatus(io: Io, { allowRemote = false }: Options): Promise<number> {
  const host = hostFromEnvironment(io.env);
  const known = await findDrills(io, await dockerEngine({ clock: wallClock(), folder: io.cwd, host, allowRemote }));
  if (known.length === 0) io.out('no drill is running, and none left anything here\n');
  for (const drill of known) {
    const state = stateOfRunner(drill.runner);
    const states = {
      alive: `running, process ${pidOf(drill.runner)}`,
      gone: 'unfinished',
      unknown: 'not started on this host',
    };
    io.out(`${nameOf(drill)}: ${states[state]}, ${drill.things} containers, networks and volumes\n`);
    for (const line of progressOf(io, drill)) io.out(`  ${line}\n`);
    if (state === 'gone') io.out('  its runner is gone: run `firedrill recover`\n');
  }
  return 0;
}

function progressOf(io: Io, { journal }: Known): string[] {
  const entries = entriesOf(journal);
  const head = entries.find((entry) => entry.entry === 'drill');
  const last = entries.at(-1);
  if (journal === undefined || head === undefined || last === undefined) return ['no journal of it can be read'];
  const { plan } = head;
  const begun = entries.some((entry) => entry.entry === 'begin');
  const clock = (atMs: number) => clockAt(plan.begins, Math.floor(atMs / 1000) * 1000);
  const faults = new Set(openSteps(plan, entries).map((step) => step.fault));
  const open = plan.faults.filter((fault) => faults.has(fault.id)).map((fault) => fault.title);
  return [
    begun ? `story at ${clock(last.atMs)} of ${clock(plan.durationMs)}` : 'the story has not begun',
    `open: ${open.length === 0 ? 'nothing' : open.join(', ')}`,
    `journal: ${relative(io.cwd, journal)}`,
  ];
}

/** Every drill that has something on the engine, and those of this folder whose journals have no end. */
async function findDrills(io: Io, engine: DockerEngine): Promise<Known[]> {
  const standing = (await engine.drills()).map(knownByLabels);
  const written = unendedJournals(io).filter((one) => standing.every(({ drill }) => drill !== one.drill));
  return [...standing, ...written];
}

function knownByLabels({ drill, labels, things }: DrillOnEngine): Known {
  const { scenario, runner, journal } = RUNNER_LABELS;
  return { drill, things, scenario: labels[scenario] ?? '', runner: labels[runner], journal: labels[journal] };
}

function unendedJournals(io: Io): Known[] {
  // Those of a comparison have a folder of their own.
  return journalsBelow(resolve(io.cwd, '.firedrill')).flatMap((journal) => {
    const entries = entriesOf(journal);
    const head = entries.find((entry) => entry.entry === 'drill');
    if (head === undefined || !head.measured || entries.some((entry) => entry.entry === 'end')) return [];
    return [{ drill: head.drill, scenario: head.plan.name, runner: head.runner, journal, things: 0 }];
  });
}

function journalsBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.journal.jsonl'))
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
}

function refuseUnknown(names: readonly string[], known: readonly Known[]): void {
  const unknown = names.filter((name) => known.every(({ drill }) => drill !== name));
  if (unknown.length === 0) return;
  const ids = known.map(({ drill }) => drill).join(', ');
  const message = (name: string) =>
    `no drill ${name} left anything here; ${ids === '' ? 'no drill did' : `these did: ${ids}`}`;
  throw new InputError(
    unknown.map((name) => ({ file: 'command line', line: 0, col: 0, path: '', message: message(name) })),
  );
}

function nameOf({ drill, scenario }: Known): string {
  return scenario === '' ? drill : `${drill} (${scenario})`;
}
