import type { IForbiddenRuleType } from 'dependency-cruiser';

/** One row of the import table. */
interface Room {
  /** The room's files, as a regular expression. */
  readonly files: string;
  /** The one file through which others come in. */
  readonly door: string;
  readonly mayImport: readonly string[];
  readonly packages: readonly string[];
  /** May it use what comes with Node (`node:*`)? */
  readonly node: boolean;
  /** What this row protects. */
  readonly because: string;
}

const happens = ['errors', 'clock', 'scenario', 'plan', 'engine'];

/** Who may import whom. A new room is a row here, with the sentence that says what it must not know. */
const table: Readonly<Record<string, Room>> = {
  errors: {
    ...fileRoom('errors'),
    mayImport: ['printable'],
    because:
      'The two errors are known to all, so they must know nobody but what every line that is printed goes through.',
  },
  printable: {
    ...fileRoom('printable'),
    mayImport: [],
    because: 'What may be printed is one rule for all: what it knew of those who print, they could be excepted from.',
  },
  clock: {
    ...fileRoom('clock'),
    mayImport: [],
    because: 'Time is a port: what it knew of the drill would hide in every room that asks for the time.',
  },
  scenario: {
    ...folderRoom('scenario'),
    mayImport: ['errors'],
    packages: ['yaml', 'zod'],
    because: 'Reading a text makes nothing happen; only here are yaml and zod known, so that they can be replaced.',
  },
  plan: {
    ...folderRoom('plan'),
    mayImport: ['errors', 'scenario'],
    because:
      'A plan is worked out from the scenario alone: it must come out the same on a machine that can do nothing.',
  },
  engine: {
    ...fileRoom('engine/engine'),
    mayImport: ['scenario', 'plan'],
    because:
      'The port says what is wanted; the name of one engine in it, even as a type, and the other could not exist.',
  },
  'engine/docker': {
    ...folderRoom('engine/docker'),
    mayImport: happens,
    packages: ['dockerode', 'pg', 'ioredis'],
    node: true,
    because: 'This engine does verbs for whoever asks; it knows neither the simulator nor who runs, records or judges.',
  },
  'engine/sim': {
    ...folderRoom('engine/sim'),
    mayImport: happens,
    because: 'The simulator lives in memory on the clock it is given: whatever came from outside would not come again.',
  },
  journal: {
    ...folderRoom('journal'),
    mayImport: ['errors', 'printable', 'scenario', 'plan', 'engine'],
    because: 'The journal is words on paper: whoever reads one must not need what was there when it was written.',
  },
  drill: {
    ...folderRoom('drill'),
    mayImport: [...happens, 'journal'],
    because: 'The drill carries out a plan on any engine, and has no opinion: to judge is for later.',
  },
  judge: {
    ...folderRoom('judge'),
    mayImport: ['scenario', 'plan', 'journal'],
    packages: ['hdr-histogram-js'],
    because: 'A verdict follows from the journal alone, so that it can be had again years later on another machine.',
  },
  calibration: {
    ...folderRoom('calibration'),
    mayImport: ['scenario', 'plan', 'journal', 'judge'],
    because: 'Models are fitted to what was measured: who could simulate here would one day fit them to a simulation.',
  },
  explain: {
    ...folderRoom('explain'),
    mayImport: ['scenario', 'plan', 'journal', 'judge'],
    because:
      'Why it took so long is read from the journal and measured as the judge does, so that it never tells of another drill.',
  },
  forecast: {
    ...folderRoom('forecast'),
    mayImport: ['judge'],
    because: 'A forecast counts verdicts: who played the trials, where and in which order must not change a figure.',
  },
  comparison: {
    ...folderRoom('comparison'),
    mayImport: ['judge', 'explain'],
    because: 'Two sides are compared by what their journals said: whoever ran them must not be able to take a side.',
  },
  'what-if': {
    ...folderRoom('what-if'),
    mayImport: ['errors', 'scenario', 'plan', 'forecast'],
    because: 'What a change would have saved is reckoned from trials; who reads scenarios and plays them is handed in.',
  },
  report: {
    ...folderRoom('report'),
    mayImport: [
      ...['printable', 'scenario', 'plan', 'journal', 'judge', 'calibration', 'explain', 'forecast', 'comparison'],
      'what-if',
    ],
    packages: ['chalk'],
    because: 'A report is text made of a verdict and its journal; where it goes is for the command line to say.',
  },
  cli: {
    ...folderRoom('cli'),
    mayImport: [
      ...happens,
      'printable',
      'engine/docker',
      'engine/sim',
      'journal',
      'drill',
      'judge',
      'calibration',
      'explain',
      'forecast',
      'comparison',
      'what-if',
      'report',
    ],
    packages: ['commander'],
    node: true,
    because:
      'Only the command line has files, signals and exit codes, and it puts the rooms together; its one tool is commander.',
  },
};

/** Which room a file of `src` belongs to, or null. */
export function roomOf(file: string): string | null {
  return Object.keys(table).find((name) => new RegExp(roomNamed(name).files).test(file)) ?? null;
}

/** The file through which each room is entered. */
export const doors: readonly string[] = Object.values(table).map(({ door }) => door);

/** The import table as rules for dependency-cruiser; each comment says what the rule protects. */
export const importRules: readonly IForbiddenRuleType[] = [
  ...Object.keys(table).flatMap((name) => rulesOf(name, roomNamed(name))),
  {
    name: 'no circles',
    severity: 'error',
    comment:
      'Rooms and files that need each other can be neither understood nor changed alone: move what both need below both.',
    from: {},
    to: { circular: true },
  },
  {
    name: 'no orphans',
    severity: 'error',
    comment: 'A file that nobody imports and that imports nobody is dead: use it or delete it, the history keeps it.',
    from: { orphan: true, pathNot: '\\.d\\.ts$' },
    to: {},
  },
  {
    name: 'no dead files',
    severity: 'error',
    comment: 'What the command line cannot reach does nothing for anybody: use it from a room or delete it.',
    from: { path: '^src/cli/cli\\.ts$' },
    to: { path: '^src/', reachable: false },
  },
  {
    name: 'no loose ends',
    severity: 'error',
    comment:
      'An import that leads nowhere works on the machine of its author at best: add the package or mend the path.',
    from: {},
    to: { couldNotResolve: true },
  },
];

function rulesOf(name: string, room: Room): IForbiddenRuleType[] {
  const own = { path: room.files };
  const allowed = [name, ...room.mayImport].map((other) => roomNamed(other).files);
  const packages = room.packages.map((known) => `node_modules/(@types/)?${known}/`);
  const rules: IForbiddenRuleType[] = [
    rule(`${name}: rooms`, room.because, own, { path: '^src/', pathNot: allowed }),
    rule(`${name}: packages`, room.because, own, { path: 'node_modules/', pathNot: packages }),
  ];
  if (!room.node) rules.push(rule(`${name}: node`, room.because, own, { dependencyTypes: ['core'] }));
  if (room.files !== `^${escaped(room.door)}$`) {
    const comment = `What lies behind ${room.door} may change without notice: import from there, or let it export what you need.`;
    rules.push(
      rule(`${name}: door`, comment, { pathNot: room.files }, { path: room.files, pathNot: `^${escaped(room.door)}$` }),
    );
  }
  return rules;
}

function rule(name: string, comment: string, from: object, to: object): IForbiddenRuleType {
  return { name, severity: 'error', comment, from, to };
}

function fileRoom(path: string) {
  const door = `src/${path}.ts`;
  return { files: `^${escaped(door)}$`, door, packages: [], node: false };
}

function folderRoom(path: string) {
  return { files: `^src/${path}/`, door: `src/${path}/${path.split('/').at(-1)}.ts`, packages: [], node: false };
}

function escaped(path: string): string {
  return path.replaceAll('.', '\\.');
}

function roomNamed(name: string): Room {
  const room = table[name];
  if (room === undefined) throw new Error(`the import table has no room ${name}`);
  return room;
}
