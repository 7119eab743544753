import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { Io } from './io.js';
import { ownVersion } from './version.js';

/**
 * Does what the command line says and returns the exit code; never rejects. Nothing but commander is loaded before it is
 * known which command is meant.
 */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  let code = 0;
  const program = describeProgram(io, (result) => {
    code = result;
  });
  try {
    if (argv.length === 0) program.help({ error: true });
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) {
      if (error.code === 'commander.helpDisplayed') io.out(await describeExitCodes());
      return 0;
    }
    return tell(io, error, error instanceof CommanderError);
  }
}

/** As `tellFailure`, also where nothing can be loaded any more. */
export async function tell(io: Io, error: unknown, alreadyTold = false): Promise<number> {
  const failure = await import('./failure.js').catch(() => null);
  if (failure !== null) return failure.tellFailure(io, error, alreadyTold);
  const { message, remedy = '' } = error as { message?: string; remedy?: string };
  io.err(`firedrill: ${message ?? String(error)}\n${remedy === '' ? '' : `${remedy}\n`}`);
  return CANNOT_LOAD;
}

/** The code of an environment that is not able; where it stands with all others cannot be loaded then. */
const CANNOT_LOAD = 69;

/** Before a command is loaded: Node would wait in silence for ever. */
async function refuseFewFiles(): Promise<void> {
  const { lackOfFiles } = await import('./limits.js');
  const lack = lackOfFiles();
  if (lack === null) return;
  const { EnvironmentError } = await import('../errors.js');
  throw new EnvironmentError(lack, 'Raise it with `ulimit -n 1024`.');
}

function describeProgram(io: Io, end: (code: number) => void): Command {
  const program = new Command('firedrill')
    .description(
      'Rehearse an outage: break it on purpose, watch it as its users would, restore it, measure the recovery.',
    )
    .version(ownVersion())
    .configureOutput({ writeOut: io.out, writeErr: io.err })
    .showHelpAfterError('firedrill --help says more.')
    .exitOverride()
    .hook('preAction', refuseFewFiles);
  addRun(program, io, end);
  addSimulations(program, io, end);
  program
    .command('check')
    .description('read scenarios and say everything that is wrong with them')
    .argument('<file...>', 'scenario files, or folders with a scenario.yaml; - is standard input')
    .action(async (files: string[]) => end(await (await import('./check.js')).checkScenarios(io, files)));
  program
    .command('plan')
    .description('print the timetable of a scenario and every unit that it resolves to; nothing runs')
    .argument('<file>', 'a scenario file, or a folder with a scenario.yaml; - is standard input')
    .action(async (file: string) => end(await (await import('./plan.js')).printPlan(io, file)));
  program
    .command('judge')
    .description('judge the journal of an earlier drill again')
    .argument('<journal>', 'a journal file; - is standard input')
    .addOption(jsonOption())
    .addOption(colourOption())
    .action(async (file, options) => end(await (await import('./judge.js')).judgeJournal(io, file, options)));
  addLessons(program, io, end);
  addCompare(program, io, end);
  program
    .command('doctor')
    .description('say what this machine can do, and what to do about the rest')
    .argument('[file]', 'a scenario: say what it needs and this machine lacks')
    .option('--allow-remote', 'also ask a Docker engine that is not on this machine')
    .action(async (file, options) => end(await (await import('./doctor.js')).examineMachine(io, file, options)));
  addAftercare(program, io, end);
  return program;
}

function addLessons(program: Command, io: Io, end: (code: number) => void): void {
  program
    .command('explain')
    .description('say why each probe was away for as long as it was: the chain of causes from the fault to its return')
    .argument(
      '<file>',
      'a journal, or a scenario or its folder, which is simulated first; - is a journal on standard input',
    )
    .option('--probe <name>', 'only this probe')
    .addOption(seedOption())
    .addOption(jsonOption('the explanation'))
    .addOption(colourOption())
    .action(async (file, options) => end(await (await import('./explain.js')).explainRecoveries(io, file, options)));
  program
    .command('calibrate')
    .description('print what drills on real containers measured of boot, notice and takeover times, as models to paste')
    .argument('<journal...>', 'journals of measured drills of one scenario')
    .addOption(jsonOption('the figures'))
    .action(async (files, options) => end(await (await import('./calibrate.js')).calibrateModels(io, files, options)));
}

function addAftercare(program: Command, io: Io, end: (code: number) => void): void {
  const remote = '--allow-remote';
  program
    .command('recover')
    .description('cure and remove what drills left whose runner died; safe at any time')
    .argument('[drill...]', 'only these drills, also when it cannot be told whether they run')
    .option('--force', 'also those of these drills whose runners seem to live on another host or in another container')
    .option(remote, 'also on a Docker engine that is not on this machine')
    .action(async (drills, options) => end(await (await import('./recover.js')).recoverDrills(io, drills, options)));
  program
    .command('status')
    .description('show the drills that run and those that did not finish')
    .option(remote, 'also on a Docker engine that is not on this machine')
    .action(async (options) => end(await (await import('./recover.js')).showStatus(io, options)));
  program
    .command('watchdog', { hidden: true })
    .argument('<drill>')
    .argument('<journal>')
    .option(remote)
    .action(async (drill, journal, { allowRemote = false }) =>
      end(await (await import('./watch.js')).watchDrill(io, drill, journal, allowRemote)),
    );
}

function addRun(program: Command, io: Io, end: (code: number) => void): void {
  program
    .command('run')
    .description('carry a scenario out, restore everything, and judge what was measured')
    .argument('<file>', 'a scenario file, or a folder with a scenario.yaml; - is standard input')
    .addOption(engineOption())
    .addOption(jsonOption())
    .option(
      '--journal <file>',
      'where the journal goes (default: .firedrill/<drill>.journal.jsonl); - is standard output, the report then goes to standard error',
    )
    .addOption(seedOption())
    .option('--rebuild', 'build every image, also where one of the same content is there')
    .option('--unattended', 'ask nobody: what a person does in a runbook takes as long as the scenario says')
    .option('--allow-remote', 'also use a Docker engine that is not on this machine')
    .addOption(colourOption())
    .action(async (file, options) => end(await (await import('./run.js')).runScenario(io, file, options)));
}

function addCompare(program: Command, io: Io, end: (code: number) => void): void {
  program
    .command('compare')
    .description('run two scenarios, or read two journals, and set them side by side: 1 when B is worse than A')
    .argument('<a>', 'a scenario file or folder, or a journal')
    .argument('<b>', 'what is compared with it')
    .option('--repeat <number>', 'how often each is run, in turns, from 1 to 100', wholeOf('repeats', 1, 100), 1)
    .addOption(engineOption())
    .addOption(seedOption())
    .option('--rebuild', 'build every image, also where one of the same content is there')
    .option('--journals <folder>', 'where the journals go (default: a new folder below .firedrill)')
    .option('--allow-remote', 'also use a Docker engine that is not on this machine')
    .addOption(jsonOption())
    .addOption(colourOption())
    .action(async (a, b, options) => end(await (await import('./compare.js')).compareBoth(io, [a, b], options)));
}

function addSimulations(program: Command, io: Io, end: (code: number) => void): void {
  program
    .command('simulate')
    .description(
      'play a scenario many times on the simulated engine: how likely each objective is met, and how recovery spreads',
    )
    .argument('<file>', 'a scenario file, or a folder with a scenario.yaml; - is standard input')
    .option('--trials <number>', 'how often it is played, from 1 to 100000', wholeOf('trials', 1, 100_000), 1000)
    .option(
      '--seed <number>',
      'from which the seeds of all trials follow; the same seed gives the same forecast',
      seedOf,
    )
    .option(
      '--workers <number>',
      'how many work at it, from 1 to 256 (default: one a core); no figure depends on it',
      wholeOf('workers', 1, 256),
    )
    .option(
      '--confidence <percent>',
      'an objective is met (0) when at least so many of the trials meet it, missed (1) when fewer do, unknown (2) when those that cannot tell decide',
      percentOf,
      95,
    )
    .addOption(jsonOption())
    .addOption(colourOption())
    .action(async (file, options) => end(await (await import('./simulate.js')).simulateScenario(io, file, options)));
  program
    .command('what-if')
    .description('try changes of a scenario on the simulated engine, and rank them by what they would have saved')
    .argument('<file>', 'a scenario file, or a folder with a scenario.yaml; - is standard input')
    .option(
      '--set <path=value>',
      'also try this change, such as services.text.model.boot=2m; several edits of one change are parted by " + "; may be repeated',
      (text: string, before: readonly string[]) => [...before, text],
      [],
    )
    .addOption(
      new Option('--by <measure>', 'what is to be saved: time to recovery, looks that fail, or writes that are lost')
        .choices(['recover', 'availability', 'lose'])
        .default('recover'),
    )
    .option('--probe <name>', 'only this probe counts; without it, the mean of all that users see')
    .option('--budget <number>', 'how many drills may be played', wholeOf('drills', 2, 10_000_000), 1000)
    .option('--trials <number>', 'with how many seeds each change is played', wholeOf('trials', 1, 100_000), 10)
    .option('--seed <number>', 'from which the seeds of all trials follow', seedOf)
    .option(
      '--workers <number>',
      'how many work at it (default: one a core); no figure depends on it',
      wholeOf('workers', 1, 256),
    )
    .addOption(jsonOption())
    .addOption(colourOption())
    .action(async (file, options) => end(await (await import('./what-if.js')).tryChanges(io, file, options)));
}

function engineOption(): Option {
  return new Option('--engine <name>', 'where it happens; auto: docker if an engine answers, else sim')
    .choices(['auto', 'docker', 'sim'])
    .default('auto');
}

function seedOption(): Option {
  const about = 'what chance is drawn from; the same seed gives the same simulation';
  return new Option('--seed <number>', about).argParser(seedOf);
}

function jsonOption(what = 'the verdict'): Option {
  return new Option(
    '--json <file>',
    `write ${what} as JSON too; - is standard output, the report then goes to standard error`,
  );
}

function colourOption(): Option {
  return new Option('--no-color', 'no colours, as with NO_COLOR in the environment');
}

function seedOf(text: string): number {
  const seed = Number(text);
  if (/^\d+$/.test(text) && seed <= 0xffff_ffff) return seed;
  throw new InvalidArgumentError('A seed is a whole number from 0 to 4294967295.');
}

function wholeOf(what: string, least: number, most: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= least && number <= most) return number;
    throw new InvalidArgumentError(`The number of ${what} is whole, from ${least} to ${most}.`);
  };
}

function percentOf(text: string): number {
  const [, digits] = /^(\d+(?:\.\d+)?)%?$/.exec(text) ?? [];
  const percent = Number(digits);
  if (percent > 0 && percent <= 100) return percent;
  throw new InvalidArgumentError('Write a share of the trials such as 95 or 99.5, above 0 and at most 100.');
}

async function describeExitCodes(): Promise<string> {
  const { exitCodes } = await import('../judge/judge.js');
  const lines = Object.values(exitCodes).map(({ code, meaning }) => `  ${String(code).padStart(2)}  ${meaning}`);
  return `\nExit codes:\n${lines.join('\n')}\n`;
}
