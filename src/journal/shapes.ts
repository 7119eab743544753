import type { Action, Plan } from '../plan/plan.js';
import type { Entry } from './entries.js';

/** What a value must be: one of the words, a list of a shape, or an object with at least these fields. */
type Shape =
  | 'text'
  | 'text or null'
  | 'number'
  | 'truth'
  | 'action'
  | 'verb'
  | 'sample'
  | 'span'
  | 'objective'
  | 'effect'
  | 'run'
  | 'numbers'
  | 'texts or nothing'
  | readonly [Shape]
  | { readonly [field: string]: Shape };

const PLAN: Shape = {
  name: 'text',
  begins: { date: 'text or null', ofDayMs: 'number' },
  durationMs: 'number',
  sites: [{ name: 'text' }],
  services: [{ name: 'text', restart: 'text', needs: ['text'] }],
  units: [{ name: 'text', service: 'text', site: 'text or null' }],
  probes: [
    {
      ...{ name: 'text', family: 'text', site: 'text or null', everyMs: 'number', timeoutMs: 'number' },
      ask: { kind: 'text', host: 'text' },
    },
  ],
  objectives: ['objective'],
  faults: [{ id: 'text', title: 'text', atMs: 'number', steps: [{ id: 'text', unit: 'text', action: 'action' }] }],
};

const OBJECTIVES: Record<Plan['objectives'][number]['measure'], Shape> = {
  detect: { probe: 'text', limitMs: 'number' },
  recover: { probe: 'text', limitMs: 'number' },
  lose: { probe: 'text', limitWrites: 'number' },
  age: { probe: 'text', limitMs: 'number' },
  stale: { probe: 'text', limitMs: 'number' },
  reprotect: { probe: 'text', limitMs: 'number' },
  availability: { probe: 'text', limitPercent: 'number' },
  budget: { probe: 'text', targetPercent: 'number', windowMs: 'number' },
  latency: { probe: 'text', quantile: 'number', limitMs: 'number' },
  goodput: { probe: 'text', limitPerSecond: 'number' },
  settle: { probe: 'text', limitMs: 'number' },
};

const VERBS: Record<Action['verb'], Shape> = {
  ...{ 'power-off': {}, kill: {}, stop: {}, freeze: {} },
  ...{ isolate: { from: ['text'] }, shape: { to: ['text'] } },
};

/** Thirty thousand years in milliseconds: no number of a journal is further from zero. */
const MOST = 1e15;

/** The fields on which the readers of a journal rely. */
export const SHAPES: Record<Entry['entry'], Shape> = {
  drill: { drill: 'text', engine: 'text', measured: 'truth', seed: 'number', plan: PLAN },
  progress: { progress: { what: 'text', state: 'text', detail: 'text' } },
  steady: { ok: 'truth', because: 'text' },
  begin: { wallAt: 'text' },
  intent: { does: 'text', title: 'text', steps: ['text'], dueMs: 'number' },
  effect: {
    ...{ does: 'text', title: 'text', dueMs: 'number', lateMs: 'number' },
    effects: ['effect'],
  },
  samples: { probe: 'text', dueMs: 'number', everyMs: 'number', samples: ['sample'] },
  ledger: { probe: 'text', perSecond: 'number', runs: ['run'] },
  recall: {
    ...{ probe: 'text', place: 'text', sentMs: 'number', tookMs: 'number', final: 'truth', error: 'text or null' },
    ...{ since: 'number', whole: 'number', present: ['numbers'], again: ['numbers'], behind: ['numbers'] },
  },
  loss: { probe: 'text', acknowledged: 'number', lost: ['numbers'], oldestMs: 'number' },
  effort: { spanMs: 'number' },
  ready: { unit: 'text', lowMs: 'number', after: 'texts or nothing' },
  event: { id: 'number', subject: { kind: 'text', name: 'text' }, state: 'text', because: ['number'] },
  spans: { probe: 'text', spans: ['span'] },
  runbook: { step: 'text', state: 'text', because: ['text'] },
  jump: { fromMs: 'number', toMs: 'number' },
  standstill: { fromMs: 'number', toMs: 'number' },
  clock: { aheadMs: 'number', unsureMs: 'number', fastPpm: 'number' },
  'clock-step': { whose: 'text', byMs: 'number', fromMs: 'number', toMs: 'number' },
  surge: { probe: 'text', sent: 'number', good: 'number' },
  warning: { message: 'text' },
  proof: { scope: 'text', compared: 'number', differences: ['text'] },
  end: { why: 'text', because: 'text', left: ['text'] },
};

/** The first way in which `value` is not of this shape, as a sentence that names its path below `path`, or null. */
export function mismatch(value: unknown, shape: Shape, path: string): string | null {
  const fails = (expected: string) => `${path === '' ? 'the line' : `\`${path}\``} is not ${expected}`;
  if (shape === 'action') {
    return mismatch(value, { verb: 'verb' }, path) ?? mismatch(value, VERBS[(value as Action).verb], path);
  }
  if (typeof shape === 'string')
    return isWord(value, shape) ? null : fails(`${/^[eo]/.test(shape) ? 'an' : 'a'} ${shape}`);
  if (Array.isArray(shape)) {
    if (!Array.isArray(value)) return fails('a list');
    return firstOf(value.map((item, index) => mismatch(item, shape[0] as Shape, `${path}[${index}]`)));
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return fails('an object');
  const fields = value as Record<string, unknown>;
  const at = (field: string) => (path === '' ? field : `${path}.${field}`);
  return firstOf(Object.entries(shape).map(([field, inner]) => mismatch(fields[field], inner as Shape, at(field))));
}

function firstOf(mismatches: readonly (string | null)[]): string | null {
  return mismatches.find((found) => found !== null) ?? null;
}

function isWord(value: unknown, word: Exclude<Extract<Shape, string>, 'action'>): boolean {
  switch (word) {
    case 'text':
      return typeof value === 'string';
    case 'text or null':
      return typeof value === 'string' || value === null;
    case 'number':
      // Further from zero, two numbers of a journal could add up to what is none.
      return typeof value === 'number' && Math.abs(value) <= MOST;
    case 'truth':
      return typeof value === 'boolean';
    case 'verb':
      return typeof value === 'string' && Object.hasOwn(VERBS, value);
    case 'objective': {
      const { measure } = (value ?? {}) as { measure?: unknown };
      const known = typeof measure === 'string' && Object.hasOwn(OBJECTIVES, measure);
      return known && mismatch(value, OBJECTIVES[measure as keyof typeof OBJECTIVES], '') === null;
    }
    case 'effect':
      return isEffect(value);
    case 'span':
      return (
        Array.isArray(value) &&
        isWord(value[0], 'number') &&
        isWord(value[1], 'number') &&
        isWord(value[2], 'truth') &&
        isWord(value[3], 'text or null') &&
        isWord(value[4], 'number') &&
        value.slice(5).every((number) => isWord(number, 'number'))
      );
    case 'sample':
      return (
        Array.isArray(value) &&
        isWord(value[0], 'number') &&
        isWord(value[1], 'number') &&
        (value.length === 2 || isWord(value[2], 'text')) &&
        (value.length < 4 || value[3] === true)
      );
    case 'run':
      return (
        Array.isArray(value) && isNumbers(value.slice(0, 4), 4) && (value.length === 4 || isWord(value[4], 'text'))
      );
    case 'numbers':
      return isNumbers(value, 2);
    case 'texts or nothing':
      return value === undefined || (Array.isArray(value) && value.every((item) => typeof item === 'string'));
  }
}

const STRETCH = { fromMs: 'number', toMs: 'number' } as const;

/** What is not always there is of its shape where it is. */
function isEffect(value: unknown): boolean {
  if (mismatch(value, { step: 'text', ...STRETCH, error: 'text or null' }, '') !== null) return false;
  const { untouched = true, halted, ended = null, warning = '' } = value as Record<string, unknown>;
  const isEnded = ended === null || mismatch(ended, { ...STRETCH, by: 'text' }, '') === null;
  const isHalted = halted === undefined || mismatch(halted, STRETCH, '') === null;
  return untouched === true && isHalted && isEnded && isWord(warning, 'text');
}

function isNumbers(value: unknown, least: number): boolean {
  return Array.isArray(value) && value.length >= least && value.every((item) => isWord(item, 'number'));
}
