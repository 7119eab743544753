import { randomBytes, randomInt } from 'node:crypto';
import { join, relative, resolve } from 'node:path';
import { isoTimeOf, wallClock } from '../clock.js';
import { type DrillOptions, demandOf, type Ended, lackOf, runDrill } from '../drill/drill.js';
import { EnvironmentError, InputError } from '../errors.js';
import { type Entry, openJournal } from '../journal/journal.js';
import { exitCodes } from '../judge/judge.js';
import { type Plan, planDrill } from '../plan/plan.js';
import { withCrashPoints } from './crash-points.js';
import { type Display, openDisplay } from './display.js';
import type { Io } from './io.js';
import { entriesOf, openJournalFile } from './journal-file.js';
import { ownAllowance } from './limits.js';
import { checkOutputs, printVerdict, type ReportOptions } from './output.js';
import { judgeWithPrediction } from './prediction.js';
import { ownRunner, RUNNER_LABELS, stateOfRunner } from './runner.js';
import { openScenario } from './scenario-file.js';
import { chooseStage, type Stage, simulationIdOf } from './stage.js';
import { listenForStop, type Stopping, unlessStopped } from './stopping.js';
import { ownVersion } from './version.js';
import { tellWaiting } from './waiting.js';
import { startWatchdog } from './watchdog.js';

/** The options of `run`, as commander gives them. */
export interface RunOptions extends ReportOptions {
  readonly engine: 'auto' | 'docker' | 'sim';
  readonly seed?: number;
  readonly allowRemote?: boolean;
  /** Images are built also where one of the same content is there. */
  readonly rebuild?: boolean;
  /** Nobody is asked: a person's steps of a runbook take as long as the scenario says. */
  readonly unattended?: boolean;
}

/**
 * Carries a scenario out, restores everything, prints the verdict; the exit code is the verdict's. What was seen before a drill
 * failed is printed too. @throws why it failed.
 */
export async function runScenario(io: Io, name: string, options: RunOptions): Promise<number> {
  // Before anything is broken, because a drill whose report cannot be written was for nothing.
  checkOutputs(io, name, options);
  const entries: Entry[] = [];
  const failure = await playDrill(io, name, options, entries).then(
    () => null,
    (error: unknown) => ({ error }),
  );
  if (failure !== null && entries.every(({ entry }) => entry !== 'begin')) throw failure.error;
  if (failure === null && entries.length === 0) return exitCodes.stopped.code;
  const verdict = await judgeWithPrediction(io, entries);
  if (failure === null) {
    await printVerdict(io, verdict, entries, options);
    return verdict.exitCode;
  }
  const { code } = failure.error instanceof EnvironmentError ? exitCodes.environment : exitCodes.bug;
  await printVerdict(io, { ...verdict, exitCode: code }, entries, options);
  throw failure.error;
}

/**
 * Carries a scenario out, restores everything, and gives what its journal holds, or would hold could it be written; nothing
 * when it was stopped before there was a drill. @throws why it failed; by then `entries` have what was seen.
 */
export async function playDrill(io: Io, name: string, options: RunOptions, entries: Entry[] = []): Promise<Entry[]> {
  const seed = options.seed ?? randomInt(2 ** 32);
  const stopping = listenForStop(io);
  try {
    const staged = await unlessStopped(wallClock(), stopping, setStage(io, name, { ...options, seed }));
    if (stopping.crashes.length > 0) throw stopping.crashes[0];
    if (staged === null) return entries;
    await rehearse(io, staged.stage, staged.plan, { ...options, seed }, stopping, entries);
  } catch (error) {
    // What is left behind is worse than why the drill failed.
    const end = entries.at(-1);
    if (end?.entry !== 'end' || end.left.length === 0) throw error;
    io.err(`${error instanceof Error ? error.message : String(error)}\n`);
  } finally {
    stopping.end();
  }
  return entries;
}

/**
 * A scenario's plan and where it can be carried out; nothing is begun.
 * @throws EnvironmentError when no engine has all that the plan needs.
 */
export async function setStage(
  io: Io,
  name: string,
  options: Pick<RunOptions, 'engine' | 'allowRemote' | 'rebuild'> & { readonly seed: number },
): Promise<{ plan: Plan; stage: Stage }> {
  const { scenario, folder } = await openScenario(io, name);
  const plan = planDrill(scenario);
  const { seed, allowRemote = false, rebuild = false } = options;
  const engine = engineFor(io, plan, options.engine);
  const wishes = { engine, folder, begins: plan.begins, seed, allowRemote, rebuild };
  const staging = chooseStage(io, wishes, (line) => io.err(`${line}\n`)).then(async (stage) => {
    await refuseWhatIsMissing(stage, plan);
    return { plan, stage };
  });
  return engine === 'sim' ? staging : tellWaiting(io, wallClock(), 'the Docker engine', staging);
}

/** What has no image can only be simulated, so `auto` does not ask Docker for it. */
function engineFor(io: Io, plan: Plan, wanted: RunOptions['engine']): RunOptions['engine'] {
  if (wanted !== 'auto' || plan.services.every(({ build, image }) => build !== null || image !== null)) return wanted;
  io.err('this scenario has services without an image: this drill is simulated, nothing in it is measured\n');
  return 'sim';
}

async function refuseWhatIsMissing({ engine }: Stage, plan: Plan): Promise<void> {
  // Before the engine is asked: to find out what it can do takes sockets, too.
  const lack = engine.measured ? lackOf(demandOf(plan), ownAllowance()) : [];
  if (lack.length > 0) throw new EnvironmentError(lack.join('\n'), '');
  const missing = await engine.examine(plan);
  if (missing.length > 0) {
    throw new EnvironmentError(
      `this scenario needs what ${engine.name} does not have here:\n${missing.join('\n')}`,
      '',
    );
  }
}

type Rehearsal = RunOptions & { readonly seed: number };

async function rehearse(
  io: Io,
  stage: Stage,
  plan: Plan,
  options: Rehearsal,
  stopping: Stopping,
  entries: Entry[],
): Promise<void> {
  const { clock } = stage;
  const drill = drillIdOf(stage, plan, options.seed);
  const path = journalPathOf(io, drill, options.journal);
  refuseJournalInUse(path);
  const file = openJournalFile(io, path);
  const display = openDisplay(io, clock, stage.engine.measured && !io.env.CI);
  // Nothing real is broken in a simulation, and waiting for the disk would be most of its time.
  const paper = stage.engine.measured ? file : { write: file.write, sync() {} };
  const { engine, sink } = withCrashPoints(io, clock, { engine: stage.engine, sink: paper });
  const watch = (entry: Entry) => {
    // Redacted before a report breaks its lines: a secret in two parts would not be known for one.
    const shown = io.redactValue(entry);
    entries.push(shown);
    display.watch(shown);
  };
  const journal = openJournal(sink, watch, { redact: io.redact });
  stopping.begin(display.say);
  const startedAt = isoTimeOf(Math.round(clock.epochOf(clock.now())));
  const { seed } = options;
  const { signal, hurry } = stopping;
  const care = engine.measured ? { ...careFor(plan, path), cpuMs: ownCpuMs } : {};
  const watchdog = engine.measured ? startWatchdog(io, drill, path, options.allowRemote ?? false) : null;
  let isProved = false;
  const ended = ({ entry, proved }: Ended) => {
    isProved = proved;
    // A journal that is full keeps nobody from being told.
    if (entries.at(-1)?.entry !== 'end') watch(entry);
  };
  const drillOptions = { plan, engine, clock, journal, drill, firedrill: ownVersion(), seed, startedAt, signal, hurry };
  const asking = askingOf(io, display, engine.measured, options);
  try {
    await stage.run(() => runDrill({ ...drillOptions, ...care, ...asking, ended }));
  } finally {
    // Whose end is not proved needs somebody who goes on trying.
    if (isProved) watchdog?.dismiss();
    display.close();
    file.close();
    if (path !== null) io.err(`journal: ${relative(io.cwd, path)}\n`);
    if (!isProved && watchdog !== null) io.err(STILL_WATCHED);
  }
  if (stopping.crashes.length > 0) throw stopping.crashes[0];
}

const STILL_WATCHED = 'its watchdog goes on trying for an hour to remove what is left; `firedrill status` tells\n';

/** Processor time of this process until now. */
function ownCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** A person is asked for a step where there is one at a terminal and time is real. */
function askingOf(io: Io, display: Display, measured: boolean, { unattended }: RunOptions): Pick<DrillOptions, 'ask'> {
  const { awaitEnter } = io;
  if (awaitEnter === null || unattended === true || !measured) return {};
  return {
    async ask({ title }, over) {
      display.say(`do this now, and press Enter when it is done: ${title}`);
      await awaitEnter(over);
      if (!over.aborted) display.entered();
    },
  };
}

/** By what others find the drill, and tell whether its runner lives. */
function careFor(plan: Plan, path: string | null): Pick<DrillOptions, 'runner' | 'labels'> {
  const runner = ownRunner();
  const { scenario, runner: whose, journal } = RUNNER_LABELS;
  return { runner, labels: { [scenario]: plan.name, [whose]: runner, ...(path === null ? {} : { [journal]: path }) } };
}

/** Equal for equal simulations; otherwise never the same twice. */
function drillIdOf({ engine, clock }: Stage, plan: Plan, seed: number): string {
  if (!engine.measured) return simulationIdOf(plan, seed);
  const minutes = Math.floor(clock.epochOf(clock.now()) / 60_000);
  return `d-${minutes.toString(36).slice(-3)}${randomBytes(2).toString('hex')}`;
}

/** null: standard output. */
function journalPathOf(io: Io, drill: string, wanted: string | undefined): string | null {
  if (wanted === '-') return null;
  return resolve(io.cwd, wanted ?? join('.firedrill', `${drill}.journal.jsonl`));
}

/** A drill that runs is cured from its journal when its runner dies. */
function refuseJournalInUse(path: string | null): void {
  const entries = entriesOf(path ?? undefined);
  const head = entries.find((entry) => entry.entry === 'drill');
  const isOver = entries.some((entry) => entry.entry === 'end');
  if (path === null || head === undefined || isOver) return;
  const state = head.runner === undefined ? 'gone' : stateOfRunner(head.runner);
  if (state === 'gone') return;
  const whether = state === 'alive' ? 'which is running' : 'of which it cannot be told from here whether it runs';
  const recover = state === 'alive' ? '' : `, or when it is dead run \`firedrill recover ${head.drill}\` first`;
  const message = `--journal names the journal of ${head.drill}, ${whether}; name another file${recover}`;
  throw new InputError([{ file: 'command line', line: 0, col: 0, path: '', message }]);
}
