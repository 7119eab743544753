/** Every kind of fault that a scenario can write. */
export const KINDS = ['power-loss', 'crash', 'stop', 'freeze', 'partition', 'link'] as const;

/** One of them. */
export type Kind = (typeof KINDS)[number];

/** One unit and the faults that come over it: the first for `firstMs`, the second in it, over its end or after it. */
export interface Case {
  /** Its service and its probe: they share a name. */
  readonly name: string;
  readonly unit: string;
  readonly kinds: readonly Kind[];
  readonly order: 'alone' | 'within' | 'across' | 'after';
  readonly restart: 'no' | 'always';
  readonly bootMs: number;
  /** It does not end when it is asked to. */
  readonly stubborn: boolean;
  /** Its probe keeps a ledger. */
  readonly writes: boolean;
}

const PER_DRILL = 25;
const STEP_MS = 430;
const BEGIN_MS = 4000;
/** When each fault of a case begins and ends, after its first one began. */
const TIMES: Record<Case['order'], readonly (readonly [fromMs: number, toMs: number])[]> = {
  alone: [[0, 5000]],
  within: [
    [0, 9000],
    [3000, 6000],
  ],
  across: [
    [0, 6000],
    [3000, 10_000],
  ],
  after: [
    [0, 4000],
    [9000, 13_000],
  ],
};
const LAST_MS = 21_000;

/**
 * All cases of one pass, of which each has a number: every kind alone, and over and after every other one. Passes differ in
 * restart policies, in how the second lies over the first, and in how long a unit takes to boot.
 */
export function casesOf(pass: number, only: readonly string[] = KINDS): Case[] {
  const kinds = KINDS.filter((kind) => only.includes(kind));
  const alone = kinds.map((kind) => ({ kinds: [kind], order: 'alone' as const }));
  const pairs = kinds.flatMap((first) => kinds.map((second) => [first, second] as const));
  const over = pass % 2 === 0 ? ('within' as const) : ('across' as const);
  const restart = pass % 2 === 0 ? ('always' as const) : ('no' as const);
  // What lies there already cannot be done once more, but for a crash that a restart policy mends.
  const able = pairs.filter(([first, second]) => first !== second || (first === 'crash' && restart === 'always'));
  return [
    ...alone,
    ...able.map((both) => ({ kinds: [...both], order: over })),
    ...pairs.map((both) => ({ kinds: [...both], order: 'after' as const })),
  ].map((one, index) => ({
    ...one,
    ...namesOf(`u${pass}x${String(index).padStart(2, '0')}`),
    ...{ restart, bootMs: (index * 137) % 700, stubborn: index % 3 === 0, writes: index % 4 === 0 },
  }));
}

function namesOf(name: string): Pick<Case, 'name' | 'unit'> {
  return { name, unit: `${name}-a` };
}

/** The cases in as many drills as they need. */
export function drillsOf(cases: readonly Case[]): Case[][] {
  // Dealt out in turns, so that each drill has some of everything.
  const count = Math.ceil(cases.length / PER_DRILL);
  return Array.from({ length: count }, (_, drill) => cases.filter((_, index) => index % count === drill));
}

/** One drill as a scenario; two watchers hear all units, and only the network between a unit and `mirror` is ever cut. */
export function scenarioOf(cases: readonly Case[]): string {
  const watcher = 'build: images, command: ["perl", "/watcher.pl"]';
  const lines = cases.map(({ name, unit, restart, bootMs, stubborn }) => {
    const environment = `{ NAME: ${unit}, WATCHERS: "obs mirror-b", BOOT_MS: "${bootMs}"${stubborn ? ', STUBBORN: "1"' : ''} }`;
    const rest = `volumes: [/data], environment: ${environment}, ready: { http: ":8080/" }`;
    return `  ${name}: { build: images, at: a, needs: [obs, mirror], restart: ${restart}, ${rest} }`;
  });
  return `version: 1
name: what is true of ${cases.length} units
begins: "10:00:00"
ends: "+${Math.ceil((BEGIN_MS + cases.length * STEP_MS + LAST_MS) / 1000)}s"
sites: { a: {}, b: {} }
guard: { bystanders: false }
services:
  obs: { ${watcher}, at: outside }
  mirror: { ${watcher}, at: b }
${lines.join('\n')}
probes:
${cases.map(probeOf).join('\n')}
timeline:
${cases.flatMap(happeningsOf).join('\n')}
`;
}

function probeOf({ name, unit, writes }: Case): string {
  const ledger = `ledger: { rate: 20/s, read: "/rows", read-from: ${unit}, connections: 4, settle: 5s }`;
  const path = writes ? 'write/{n}' : '';
  return `  ${name}: { http: "http://${name}:8080/${path}", every: 100ms, timeout: 1s${writes ? `, ${ledger}` : ''} }`;
}

function happeningsOf({ name, kinds, order, restart }: Case, index: number): string[] {
  return kinds.flatMap((kind, nth) => {
    const [fromMs, toMs] = TIMES[order][nth] ?? [0, 0];
    const [from, to] = [fromMs, toMs].map((ms) => `+${BEGIN_MS + index * STEP_MS + ms}ms`);
    const fault = `  - { at: "${from}", name: ${name}-${nth}, ${incidentOf(kind, name)} }`;
    // What a restart policy mends is mended.
    if (kind === 'crash' && restart === 'always') return [fault];
    return [fault, `  - { at: "${to}", restore: ${name}-${nth} }`];
  });
}

function incidentOf(kind: Kind, name: string): string {
  switch (kind) {
    case 'stop':
      return `stop: { of: [${name}], grace: 1s }`;
    case 'partition':
      return `partition: { groups: [[${name}], [mirror]] }`;
    case 'link':
      return `link: { between: [${name}, mirror], loss: 100% }`;
    default:
      return `${kind}: ${name}`;
  }
}
