import { readdirSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { type Clock, wallClock } from '../clock.js';
import { openSteps, type Recovery, recoverDrill } from '../drill/drill.js';
import { type DockerEngine, type DrillOnEngine, dockerEngine, hostFromEnvironment } from '../engine/docker/docker.js';
import { EnvironmentError, InputError } from '../errors.js';
import { exitCodes } from '../judge/judge.js';
import type { Step } from '../plan/plan.js';
import { clockAt } from '../scenario/scenario.js';
import type { Io } from './io.js';
import { entriesOf, reopenJournal } from './journal-file.js';
import { hostOf, isHere, pidOf, RUNNER_LABELS, type RunnerState, stateOfRunner } from './runner.js';
import { tellWaiting } from './waiting.js';

/** A drill as its labels and its journal tell it. */
interface Known {
  readonly drill: string;
  readonly scenario: string;
  readonly runner: string | undefined;
  readonly journal: string | undefined;
  /** How many containers, networks and volumes stand. */
  readonly things: number;
  readonly state: RunnerState;
}

interface Options {
  readonly allowRemote?: boolean;
  /** Also those of the named drills whose runners seem to live elsewhere. */
  readonly force?: boolean;
}

/** A lock that was lost when Docker was restarted is taken again within this. */
const LOCK_WITHIN_MS = 3000;

/**
 * Cures and removes what drills left whose runners are gone; leaves alone those that run, and those of which that cannot be
 * told. With names, only these, and then also those of which it cannot be told. 4 when something could not be cured or removed.
 */
export async function recoverDrills(io: Io, names: readonly string[], options: Options): Promise<number> {
  const clock = wallClock();
  const engineOf = () => openEngine(io, clock, options);
  await (await engineOf()).tidy();
  const known = await confirmGone(io, clock, await findDrills(io, await engineOf()), engineOf);
  refuseUnknown(names, known);
  let code: number = exitCodes.met.code;
  let done = 0;
  for (const drill of known.filter((one) => names.length === 0 || names.includes(one.drill))) {
    const why = whyLeftAlone(drill, names.includes(drill.drill), options.force ?? false);
    if (why !== null) {
      io.out(`${nameOf(drill)} ${why}\n`);
      if (drill.state === 'unknown') done += 1;
    } else {
      done += 1;
      code = Math.max(code, await recoverOne(io, await engineOf(), drill));
    }
  }
  if (done === 0) io.out('nothing to recover: no drill left anything here\n');
  return code;
}

/** Why a drill is not touched, in words that follow its name; null when it is to be recovered. */
function whyLeftAlone({ drill, runner, state }: Known, isNamed: boolean, isForced: boolean): string | null {
  const who = `process ${pidOf(runner)} of ${hostOf(runner)}`;
  if (state === 'alive' && isHere(runner)) return `is running (process ${pidOf(runner)}); it is left alone`;
  if (state === 'alive' && !(isForced && isNamed)) {
    return `is running: its runner, ${who}, which cannot be seen from here, holds its lock; it is left alone\n  When you know better: firedrill recover ${drill} --force`;
  }
  if (state === 'unknown' && !isNamed) {
    const whose = runner === undefined ? 'whose runner is not known' : `whose runner is ${who}`;
    return `is left alone: whether it runs, ${whose}, cannot be told from here\n  When you know that it is dead: firedrill recover ${drill}`;
  }
  return null;
}

/** Looks again at those that seem to be gone only because nobody holds their lock. */
async function confirmGone(
  io: Io,
  clock: Clock,
  known: readonly Known[],
  engineOf: () => Promise<DockerEngine>,
): Promise<readonly Known[]> {
  if (known.every(({ state, runner }) => state !== 'gone' || isHere(runner))) return known;
  await clock.sleepUntil(clock.now() + LOCK_WITHIN_MS);
  return findDrills(io, await engineOf());
}

/** The engine that the environment names. @throws EnvironmentError with a remedy that these commands have. */
async function openEngine(io: Io, clock: Clock, { allowRemote = false }: Options): Promise<DockerEngine> {
  const host = hostFromEnvironment(io.env);
  const opened = dockerEngine({ clock, folder: io.cwd, host, allowRemote });
  const engine = await tellWaiting(io, clock, 'the Docker engine', opened).catch((error: unknown) => {
    // One that was refused was not asked.
    if (!(error instanceof EnvironmentError) || error.cause === undefined) throw error;
    throw new EnvironmentError(error.message, 'Start Docker; what drills left on it is found then.', error.cause);
  });
  return engine;
}

async function recoverOne(io: Io, engine: DockerEngine, known: Known): Promise<number> {
  const recovery = await recoverDrill({
    ...{ drill: known.drill, engine, clock: engine.clock, by: '`firedrill recover`' },
    ...reopenJournal(io, known.journal),
  });
  const { left, unwritten } = recovery;
  io.out(`${nameOf(known)}: ${stepsOf(recovery)}; ${thingsOf(known, recovery)}\n`);
  for (const what of left) io.out(`  could not be restored: ${what}\n`);
  // That is a pity, and nothing that is left.
  if (unwritten !== null) io.err(`  the journal of ${known.drill} does not tell of this: ${unwritten}\n`);
  return left.length > 0 ? exitCodes.notRestored.code : exitCodes.met.code;
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
export async function showStatus(io: Io, options: Options): Promise<number> {
  const known = await findDrills(io, await openEngine(io, wallClock(), options));
  if (known.length === 0) io.out('no drill is running, and none left anything here\n');
  for (const drill of known) {
    const { runner, state } = drill;
    const states = {
      alive: `running, process ${pidOf(runner)}${isHere(runner) ? '' : ` of ${hostOf(runner)}`}`,
      gone: 'unfinished',
      unknown: `started by process ${pidOf(runner)} of ${hostOf(runner)}, of which cannot be told from here whether it runs`,
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

function knownByLabels({ drill, labels, things, held }: DrillOnEngine): Known {
  const { scenario, runner, journal } = RUNNER_LABELS;
  const state = stateOfRunner(labels[runner], held);
  return { drill, things, state, scenario: labels[scenario] ?? '', runner: labels[runner], journal: labels[journal] };
}

function unendedJournals(io: Io): Known[] {
  // Those of a comparison have a folder of their own.
  return journalsBelow(resolve(io.cwd, '.firedrill')).flatMap((journal) => {
    const entries = entriesOf(journal);
    const head = entries.find((entry) => entry.entry === 'drill');
    if (head === undefined || !head.measured || entries.some((entry) => entry.entry === 'end')) return [];
    const { drill, plan, runner } = head;
    return [{ drill, scenario: plan.name, runner, journal, things: 0, state: stateOfRunner(runner) }];
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
