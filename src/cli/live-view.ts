import { type Entry, unfoldSamples } from '../journal/journal.js';
import { isOfStory, type Plan, runbookStepsOf } from '../plan/plan.js';
import { clockAt, formatDuration } from '../scenario/scenario.js';

/** What a live view shows, made from the entries of one journal alone. */
export interface LiveState {
  readonly plan: Plan | null;
  /** `datacenter power loss · docker 20.10.24 · d-1a2b3c` */
  readonly title: string;
  readonly phase: 'raising' | 'story' | 'closing';
  /** Where each image and unit stands. */
  readonly progress: ReadonlyMap<string, { readonly state: string; readonly detail: string }>;
  readonly storyMs: number;
  /** Steps that took hold and were not cured. */
  readonly broken: ReadonlySet<string>;
  readonly probes: ReadonlyMap<string, ProbeState>;
  /** The steps of runbooks that are under way, by id: what each does or waits for. */
  readonly steps: ReadonlyMap<string, string>;
}

interface ProbeState {
  /** Good and bad samples, neither of them where there were only holes, by the second of the story in which they were due. */
  readonly seconds: ReadonlyMap<number, { readonly good: number; readonly bad: number }>;
  /** Of its last sample that was no hole; null when that was good. */
  readonly error: string | null;
  /** Why its last sample was a hole; null when it was none. */
  readonly hole: string | null;
}

/** The state before the first entry. */
export const nothingYet: LiveState = {
  plan: null,
  title: '',
  phase: 'raising',
  progress: new Map(),
  storyMs: 0,
  broken: new Set(),
  probes: new Map(),
  steps: new Map(),
};

const STRIP_SECONDS = 30;
const MOST_PROBES = 12;

/** The state after one more entry. */
export function advance(state: LiveState, entry: Entry): LiveState {
  const now = state.phase === 'raising' ? state : { ...state, storyMs: Math.max(state.storyMs, entry.atMs) };
  switch (entry.entry) {
    case 'drill':
      return { ...now, plan: entry.plan, title: `${entry.plan.name} · ${entry.engine} · ${entry.drill}` };
    case 'progress': {
      const { what, state: stands, detail } = entry.progress;
      return { ...now, progress: new Map([...now.progress, [what, { state: stands, detail }]]) };
    }
    case 'begin':
      return { ...now, phase: 'story', storyMs: Math.min(0, entry.atMs) };
    case 'intent':
      return now.plan !== null && !isOfStory(now.plan, entry.title) ? { ...now, phase: 'closing' } : now;
    case 'effect': {
      const held = entry.effects.filter(({ error }) => error === null).map(({ step }) => step);
      const broken = new Set(now.broken);
      for (const step of held) entry.does === 'fault' ? broken.add(step) : broken.delete(step);
      return { ...now, broken };
    }
    case 'samples':
      return {
        ...now,
        probes: new Map([...now.probes, [entry.probe, advanceProbe(now.probes.get(entry.probe), entry)]]),
      };
    case 'runbook':
      return { ...now, steps: advanceStep(now, entry) };
    default:
      return now;
  }
}

function advanceStep({ steps, plan }: LiveState, { step, state, because }: Extract<Entry, { entry: 'runbook' }>) {
  const next = new Map(steps);
  const title = plan === null ? step : runbookStepsOf(plan).find(({ id }) => id === step)?.title;
  const words = { blocked: `waits: ${because.join('; ')}`, deciding: 'is being decided', working: 'is being done' };
  if (state === 'done') next.delete(step);
  else next.set(step, `${title} ${words[state]}`);
  return next;
}

function advanceProbe(before: ProbeState | undefined, entry: Extract<Entry, { entry: 'samples' }>): ProbeState {
  const seconds = new Map(before?.seconds);
  let error = before?.error ?? null;
  let hole = before?.hole ?? null;
  for (const sample of unfoldSamples(entry)) {
    const second = Math.floor(sample.dueMs / 1000);
    const { good, bad } = seconds.get(second) ?? { good: 0, bad: 0 };
    hole = sample.hole === true ? sample.error : null;
    if (sample.hole === true) {
      seconds.set(second, { good, bad });
      continue;
    }
    seconds.set(second, sample.ok ? { good: good + 1, bad } : { good, bad: bad + 1 });
    error = sample.error;
  }
  const oldest = Math.max(...seconds.keys()) - STRIP_SECONDS;
  for (const second of seconds.keys()) if (second <= oldest) seconds.delete(second);
  return { seconds, error, hole };
}

/** A few lines, none longer than `columns`, that stand for the whole state. */
export function liveView(state: LiveState, columns: number): string[] {
  if (state.plan === null) return [];
  const lines =
    state.phase === 'raising'
      ? [state.title, ...viewRaising(state, state.plan)]
      : [
          state.title,
          viewClock(state, state.plan),
          ...state.steps.values(),
          ...viewSites(state, state.plan),
          ...viewProbes(state, state.plan),
        ];
  return lines.map((line) => cutTo(columns, line));
}

const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/** How many columns of a terminal a line takes: two for each letter of the far east. */
export function columnsOf(line: string): number {
  return [...line].reduce((sum, letter) => sum + (WIDE.test(letter) ? 2 : 1), 0);
}

function cutTo(columns: number, line: string): string {
  if (columnsOf(line) <= columns) return line;
  let kept = '';
  let left = columns - 1;
  for (const letter of line) {
    left -= columnsOf(letter);
    if (left < 0) break;
    kept += letter;
  }
  return `${kept}…`;
}

function viewRaising({ progress }: LiveState, plan: Plan): string[] {
  const building = [...progress].filter(([, { state }]) => state === 'building');
  const lines = building.map(([what, { detail }]) => `building ${what}: ${detail}`);
  const inState = (state: string) =>
    plan.units.map(({ name }) => name).filter((name) => progress.get(name)?.state === state);
  const ready = inState('ready').length;
  const starting = inState('starting');
  if (ready < plan.units.length) {
    lines.push(
      `${ready} of ${plan.units.length} units ready${starting.length > 0 ? `, starting ${starting.join(' ')}` : ''}`,
    );
  } else {
    const { forMs, withinMs } = plan.steady;
    lines.push(
      `all units are ready; waiting until every probe is good for ${formatDuration(forMs)}, at most ${formatDuration(withinMs)}`,
    );
  }
  return lines;
}

function viewClock({ phase, storyMs }: LiveState, plan: Plan): string {
  const clock = clockAt(plan.begins, Math.floor(storyMs / 1000) * 1000);
  const next = plan.moments.find(({ atMs }) => atMs > storyMs);
  const atMs = next?.atMs ?? plan.durationMs;
  const inMs = Math.ceil((atMs - storyMs) / 1000) * 1000;
  if (phase === 'closing' || inMs <= 0) return `${clock}  the story is over: restoring and removing`;
  const { settleMs } = plan;
  const jump = settleMs === undefined ? '' : `, or once nothing changes for ${formatDuration(settleMs)}`;
  return `${clock}  next: ${clockAt(plan.begins, atMs)} ${next?.title ?? 'the end'}, in ${formatDuration(inMs)}${jump}`;
}

function viewSites({ broken }: LiveState, plan: Plan): string[] {
  const steps = plan.faults.flatMap((fault) => fault.steps).filter((step) => broken.has(step.id));
  const sites = [...plan.sites.map(({ name }) => name), null].filter((site) =>
    plan.units.some((unit) => unit.site === site),
  );
  const width = labelWidthOf(plan);
  return sites.map((site) => {
    const units = plan.units.filter((unit) => unit.site === site).map(({ name }) => name);
    const verbs = [...new Set(steps.filter(({ unit }) => units.includes(unit)).map(({ action }) => action.verb))];
    const states = verbs.map((verb) => {
      const hit = new Set(
        steps.filter(({ unit, action }) => units.includes(unit) && action.verb === verb).map(({ unit }) => unit),
      );
      return `${verb}: ${hit.size} of ${units.length} units`;
    });
    return `${(site ?? 'outside').padEnd(width)}  ${states.join(', ') || 'untouched'}`;
  });
}

function viewProbes({ probes, storyMs }: LiveState, plan: Plan): string[] {
  const width = labelWidthOf(plan);
  const lines = plan.probes.slice(0, MOST_PROBES).map(({ name }) => {
    const probe = probes.get(name);
    return `${name.padEnd(width)}  ${stripOf(probe, storyMs)}  ${probe?.hole ?? probe?.error ?? ''}`.trimEnd();
  });
  const more = plan.probes.slice(MOST_PROBES);
  const failing = more.filter(({ name }) => (probes.get(name)?.error ?? null) !== null).length;
  return more.length === 0 ? lines : [...lines, `and ${more.length} more probes, ${failing} of them failing`];
}

/** A column a second, the newest at the right: full when all was good, half when some was, low when nothing was, a dot for holes. */
function stripOf(probe: ProbeState | undefined, storyMs: number): string {
  const last = Math.floor(storyMs / 1000);
  return Array.from({ length: STRIP_SECONDS }, (_, index) => {
    const second = probe?.seconds.get(last - STRIP_SECONDS + 1 + index);
    if (second === undefined) return ' ';
    if (second.good + second.bad === 0) return '·';
    if (second.bad === 0) return '█';
    return second.good === 0 ? '▁' : '▄';
  }).join('');
}

function labelWidthOf(plan: Plan): number {
  const names = [...plan.sites, ...plan.probes.slice(0, MOST_PROBES), { name: 'outside' }].map(
    ({ name }) => name.length,
  );
  return Math.max(...names);
}
