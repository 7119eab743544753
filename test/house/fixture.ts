import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const lines = (count: number) => Array.from({ length: count }, (_, index) => `  void ${index};`).join('\n');
const documented = '/** Here to be imported. */\nexport const';

/** For each rule that a file of `src` can break: such a file, and how it breaks it. */
export const broken: readonly (readonly [rule: string, file: string, text: string])[] = [
  ['errors: rooms', 'src/errors.ts', "import './clock.js';"],
  ['errors: packages', 'src/errors.ts', "import 'zod';"],
  ['errors: node', 'src/errors.ts', "import 'node:fs';"],
  ['printable: rooms', 'src/printable.ts', "import './errors.js';"],
  ['printable: packages', 'src/printable.ts', "import 'chalk';"],
  ['printable: node', 'src/printable.ts', "import 'node:util';"],
  ['clock: rooms', 'src/clock.ts', "import './plan/plan.js';"],
  ['clock: packages', 'src/clock.ts', "import 'zod';"],
  ['clock: node', 'src/clock.ts', "import 'node:os';"],
  ['scenario: rooms', 'src/scenario/hasty.ts', "import '../drill/drill.js';"],
  ['scenario: packages', 'src/scenario/hasty.ts', "import 'pg';"],
  ['scenario: node', 'src/scenario/hasty.ts', "import { readFileSync } from 'node:fs';\nvoid readFileSync;"],
  ['scenario: door', 'src/plan/burglar.ts', "import '../scenario/language.js';"],
  ['plan: rooms', 'src/plan/hasty.ts', "import type { Engine } from '../engine/engine.js';\nexport type { Engine };"],
  ['plan: packages', 'src/plan/hasty.ts', "import 'yaml';"],
  ['plan: node', 'src/plan/hasty.ts', "import 'node:crypto';"],
  ['plan: door', 'src/drill/drill.ts', "import '../plan/moments.js';"],
  ['engine: rooms', 'src/engine/engine.ts', "import '../judge/judge.js';"],
  ['engine: packages', 'src/engine/engine.ts', "import type Docker from 'dockerode';\nexport type { Docker };"],
  ['engine: node', 'src/engine/engine.ts', "import 'node:net';"],
  ['engine/docker: rooms', 'src/engine/docker/curious.ts', "import '../sim/sim.js';"],
  ['engine/docker: packages', 'src/engine/docker/curious.ts', "import 'chalk';"],
  ['engine/docker: door', 'src/cli/burglar.ts', "void import('../engine/docker/curious.js');"],
  ['engine/sim: rooms', 'src/engine/sim/curious.ts', "import '../docker/docker.js';"],
  ['engine/sim: packages', 'src/engine/sim/curious.ts', "import 'ioredis';"],
  ['engine/sim: node', 'src/engine/sim/curious.ts', "import 'fs';"],
  ['engine/sim: door', 'src/cli/burglar.ts', "import '../engine/sim/curious.js';"],
  ['journal: rooms', 'src/journal/chatty.ts', "import '../drill/drill.js';"],
  ['journal: packages', 'src/journal/chatty.ts', "import 'zod';"],
  ['journal: node', 'src/journal/chatty.ts', "import 'node:fs/promises';"],
  ['journal: door', 'src/judge/burglar.ts', "import '../journal/chatty.js';"],
  ['drill: rooms', 'src/drill/drill.ts', "import '../judge/judge.js';"],
  ['drill: packages', 'src/drill/probing.ts', "import 'pg';"],
  ['drill: node', 'src/drill/steady-gate.ts', "import 'node:fs';"],
  ['drill: door', 'src/cli/burglar.ts', "import '../drill/probing.js';"],
  ['judge: rooms', 'src/judge/partial.ts', "import '../clock.js';"],
  ['judge: packages', 'src/judge/partial.ts', "import 'chalk';"],
  ['judge: node', 'src/judge/partial.ts', "import 'node:fs';"],
  ['judge: door', 'src/report/burglar.ts', "import '../judge/partial.js';"],
  ['calibration: rooms', 'src/calibration/hasty.ts', "import '../engine/sim/sim.js';"],
  ['calibration: packages', 'src/calibration/hasty.ts', "import 'hdr-histogram-js';"],
  ['calibration: node', 'src/calibration/hasty.ts', "import 'node:fs';"],
  ['calibration: door', 'src/report/burglar.ts', "import '../calibration/hasty.js';"],
  ['explain: rooms', 'src/explain/hasty.ts', "import '../engine/sim/sim.js';"],
  ['explain: packages', 'src/explain/hasty.ts', "import 'chalk';"],
  ['explain: node', 'src/explain/hasty.ts', "import 'node:fs';"],
  ['explain: door', 'src/report/burglar.ts', "import '../explain/hasty.js';"],
  ['forecast: rooms', 'src/forecast/hasty.ts', "import '../drill/drill.js';"],
  ['forecast: packages', 'src/forecast/hasty.ts', "import 'chalk';"],
  ['forecast: node', 'src/forecast/hasty.ts', "import 'node:worker_threads';"],
  ['forecast: door', 'src/report/burglar.ts', "import '../forecast/hasty.js';"],
  ['comparison: rooms', 'src/comparison/hasty.ts', "import '../drill/drill.js';"],
  ['comparison: packages', 'src/comparison/hasty.ts', "import 'chalk';"],
  ['comparison: node', 'src/comparison/hasty.ts', "import 'node:fs';"],
  ['comparison: door', 'src/cli/burglar.ts', "import '../comparison/hasty.js';"],
  ['what-if: rooms', 'src/what-if/hasty.ts', "import '../drill/drill.js';"],
  ['what-if: packages', 'src/what-if/hasty.ts', "import 'yaml';"],
  ['what-if: node', 'src/what-if/hasty.ts', "import 'node:os';"],
  ['what-if: door', 'src/cli/burglar.ts', "import '../what-if/hasty.js';"],
  ['report: rooms', 'src/report/loud.ts', "import '../drill/drill.js';"],
  ['report: packages', 'src/report/loud.ts', "import 'hdr-histogram-js';"],
  ['report: node', 'src/report/loud.ts', "import 'node:fs';"],
  ['report: door', 'src/cli/burglar.ts', "import '../report/loud.js';"],
  ['cli: rooms', 'src/cli/burglar.ts', "import '../stray.js';"],
  ['cli: packages', 'src/cli/burglar.ts', "import 'dockerode';"],
  ['cli: door', 'src/drill/drill.ts', "import '../cli/burglar.js';"],
  ['no circles', 'src/plan/about.ts', `import { round } from './round.js';\n${documented} about = round;`],
  ['no orphans', 'src/plan/lonely.ts', `${documented} lonely = 1;`],
  ['no dead files', 'src/plan/dead.ts', "import './alive.js';"],
  ['no loose ends', 'src/cli/loose.ts', "import 'left-pad';\nimport './nowhere.js';"],
  ['wall time', 'src/judge/hurried.ts', 'void Date.now();'],
  ['wall time', 'src/judge/slow.ts', 'void globalThis.setTimeout(() => {}, 1);'],
  [
    'wall time',
    'src/engine/docker/patient.ts',
    "import { setTimeout as wait } from 'node:timers/promises';\nvoid wait;",
  ],
  ['wall time', 'src/judge/limit.ts', 'void AbortSignal.timeout(1);'],
  ['wall time', 'src/judge/soon.ts', 'void new Promise(setImmediate);'],
  ['wall time', 'src/judge/exact.ts', 'void performance.now();'],
  ['chance', 'src/engine/sim/lucky.ts', 'void Math.random();'],
  ['outside', 'src/judge/talker.ts', "console.log('met');"],
  ['outside', 'src/judge/nosy.ts', 'void process.env;'],
  ['outside', 'src/engine/docker/late.ts', "void import('node:process');"],
  ['folder names', 'src/judge/helpers/any.ts', ''],
  ['folder names', 'src/judge/utils.ts', ''],
  ['long function', 'src/judge/endless.ts', `const endless = () => {\n${lines(69)}\n};\nvoid endless;`],
  ['long file', 'src/judge/novel.ts', lines(301)],
  ['class', 'src/judge/heir.ts', 'class Heir {}\nvoid Heir;'],
  ['undocumented export', 'src/judge/mute.ts', 'export const mute = 1;'],
  ['undocumented export', 'src/judge/empty.ts', '/** */\nexport function empty(): void {}'],
];

/** What looks like a breach and is none. */
export const sound: readonly (readonly [file: string, text: string])[] = [
  ['src/engine/docker/socket.ts', "import net from 'node:net';\nnew net.Socket().setTimeout(5);"],
  ['src/engine/docker/words.ts', "void { Date: 1, console: 2 };\nvoid ['process', 'Math.random()'];"],
  ['src/engine/docker/short.ts', `const short = () => {\n${lines(68)}\n};\nvoid short;`],
  ['src/engine/docker/page.ts', lines(300)],
  ['src/errors.ts', '/** Known to all. */\nexport class InputError extends Error {}'],
  ['src/clock.ts', 'void setTimeout(() => {}, Date.now() - performance.now());'],
  ['src/cli/exit.ts', 'process.exit(console.log());'],
];

/** A repository in `root` in which each rule about imports is broken as `broken` says. */
export function writeFixture(root: string): void {
  const rooms = [
    'scenario',
    'plan',
    'engine',
    'engine/docker',
    'engine/sim',
    'journal',
    'judge',
    'explain',
    'forecast',
    'comparison',
    'what-if',
  ];
  const doors = [...rooms, 'report', 'cli'];
  const texts = new Map<string, string>();
  for (const door of doors) texts.set(`src/${door}/${door.split('/').at(-1)}.ts`, '');
  for (const file of ['scenario/language', 'plan/moments', 'plan/alive', 'stray', 'steady-gate'])
    texts.set(`src/${file}.ts`, '');
  texts.set('src/plan/round.ts', "import type { about } from './about.js';\nexport const round: typeof about = 1;");
  for (const [, file, text] of broken) texts.set(file, `${texts.get(file) ?? ''}${text}\n`);
  for (const name of ['zod', 'yaml', 'pg', 'ioredis', 'dockerode', 'chalk', 'hdr-histogram-js']) {
    texts.set(`node_modules/${name}/package.json`, JSON.stringify({ name, main: 'index.js' }));
    texts.set(`node_modules/${name}/index.js`, '');
  }
  for (const [file, text] of texts) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
}
