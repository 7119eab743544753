import { type Plan, sparesOf, stepsOf } from '../plan/plan.js';
import { clockAt } from '../scenario/scenario.js';
import type { Entry } from './entries.js';
import type { WriteRun } from './ledger.js';

type Kind<K extends Entry['entry']> = Extract<Entry, { entry: K }>;

/** Written by who recovered an abandoned drill: it knows no story time. */
const isRecovery = (entry: Entry): boolean => entry.atMs === -1;

/** Whether an end was written when the drill's own runner was gone. */
function isRecovered({ recovered, because }: Kind<'end'>): boolean {
  // Journals of before say it in words alone.
  return recovered === true || /^its runner was gone|; it had left something, and /.test(because);
}

/**
 * How a drill ended, as its journal has it: by its own runner, or as who recovered it found it. What a later end says undoes nothing
 * that an earlier one said, but for what a recovery removed. Null: it ends abruptly.
 */
export function endOf(entries: readonly Entry[]): Kind<'end'> | null {
  const ends = entries.filter((entry) => entry.entry === 'end');
  const last = ends.at(-1);
  if (last === undefined) return null;
  const first = ends.find(({ why }) => why !== 'completed') ?? last;
  // A recovery says how the drill had ended, and what became of what was left.
  const stopped = isRecovered(last) && last.why === first.why ? last : first;
  const left = isRecovered(last) ? last.left : [...new Set(ends.flatMap((end) => end.left))];
  const { recovered, ...words } = stopped;
  return { ...words, left, ...(ends.every(isRecovered) ? { recovered: true } : {}) };
}

/**
 * Why not all of the evidence is there that a journal of its kind has, or why it is not as any drill writes it: a sentence each. What is
 * missing is not known, so nothing is met by such a journal. Empty for every journal as it was written.
 */
export function doubtsOf(entries: readonly Entry[]): string[] {
  const [drill] = entries;
  if (drill?.entry !== 'drill') return [];
  const { plan } = drill;
  const end = endOf(entries);
  const isWhole = end?.why === 'completed';
  const byProbe = new Map(plan.probes.map(({ name }) => [name, [] as Entry[]]));
  for (const entry of entries) if ('probe' in entry) byProbe.get(entry.probe)?.push(entry);
  const jumps = entries.filter((entry) => entry.entry === 'jump');
  const doubts = [
    ...entries.flatMap((entry) => (entry.entry === 'doubt' ? [entry.message] : [])),
    ...frameDoubts(entries, isWhole),
    ...actDoubts(plan, entries, end !== null && end.recovered !== true, isWhole),
    ...plan.probes.flatMap(({ name, everyMs }) => {
      const own = byProbe.get(name) ?? [];
      return [
        ...sampleDoubts(name, everyMs, own, plan),
        ...spanDoubts(name, own, plan, isWhole),
        ...ledgerDoubts(name, own, jumps, plan, isWhole),
      ];
    }),
  ];
  return [...new Set(doubts)];
}

function frameDoubts(entries: readonly Entry[], isWhole: boolean): string[] {
  const doubts: string[] = [];
  const countOf = (kind: Entry['entry']) => entries.filter(({ entry }) => entry === kind).length;
  for (const kind of ['begin', 'steady'] as const) {
    const count = countOf(kind);
    if (count > 1) doubts.push(`the journal has ${count} entries \`${kind}\`, and a drill writes one`);
    if (isWhole && count === 0) doubts.push(`the journal has no entry \`${kind}\``);
  }
  const own = entries.findIndex((entry) => entry.entry === 'end' && !isRecovered(entry));
  const after = own < 0 ? [] : entries.slice(own + 1);
  if (after.some((entry) => entry.entry === 'end' && !isRecovered(entry))) doubts.push('the journal has two ends');
  if (after.some((entry) => !isRecovery(entry))) doubts.push('the journal goes on after its end');
  return doubts;
}

/** What was intended has an effect, what has an effect was intended, and of a plan that was carried out no moment is missing. */
function actDoubts(plan: Plan, entries: readonly Entry[], isEnded: boolean, isWhole: boolean): string[] {
  const steps = stepsOf(plan);
  const doubts: string[] = [];
  const intended = new Map<string, number>();
  const told = new Set<string>();
  for (const entry of entries) {
    if (entry.entry !== 'intent' && entry.entry !== 'effect') continue;
    const key = JSON.stringify([entry.does, entry.title, entry.dueMs]);
    const open = intended.get(key) ?? 0;
    intended.set(key, open + (entry.entry === 'intent' ? 1 : -1));
    if (entry.entry !== 'effect') continue;
    told.add(key);
    // What a recovery did is told also where it could not be told before.
    if (open < 1 && !isRecovery(entry)) doubts.push(`${nameOf(plan, entry)} is told, and not that it was intended`);
    if (entry.effects.some(({ fromMs, toMs }) => fromMs > toMs))
      doubts.push(`${nameOf(plan, entry)} ends before it begins`);
    if (entry.effects.some(({ step }) => !steps.has(step))) doubts.push(`${nameOf(plan, entry)} has steps of no plan`);
  }
  const silent = entries
    .filter((entry) => entry.entry === 'intent')
    .filter((entry) => {
      const key = JSON.stringify([entry.does, entry.title, entry.dueMs]);
      return isEnded && (intended.get(key) ?? 0) > 0;
    });
  doubts.push(...silent.map((entry) => `what came of ${nameOf(plan, entry)} is missing`));
  for (const { atMs, title, cures, steps: own } of isWhole ? plan.moments : []) {
    const parts = [
      ...(cures.some((id) => steps.has(id)) ? ['cure' as const] : []),
      ...(own.length > 0 ? ['fault' as const] : []),
    ];
    const missing = parts.filter((does) => !told.has(JSON.stringify([does, title, atMs])));
    doubts.push(...missing.map((does) => `${nameOf(plan, { does, title, dueMs: atMs })} is missing`));
  }
  return [...doubts, ...spareDoubts(plan, entries)];
}

/** A spare that was started was waited for, and what came of that was told. */
function spareDoubts(plan: Plan, entries: readonly Entry[]): string[] {
  const ready = new Set(entries.flatMap((entry) => (entry.entry === 'ready' ? [entry.unit] : [])));
  const cured = new Set(
    entries.flatMap((entry) =>
      entry.entry === 'effect' && entry.does === 'cure' && entry.dueMs >= 0
        ? entry.effects.flatMap(({ step, error }) => (error === null ? [step] : []))
        : [],
    ),
  );
  const started = sparesOf(plan).filter(({ id, unit }) => cured.has(id) && !ready.has(unit));
  return ready.size === 0 ? [] : started.map(({ unit }) => `when ${unit} was ready is missing`);
}

function nameOf({ begins }: Plan, { does, title, dueMs }: Pick<Kind<'effect'>, 'does' | 'title' | 'dueMs'>): string {
  return `the ${does} \`${title}\` of ${clockAt(begins, dueMs)}`;
}

/** Nobody looks twice on one schedule. That a look is missing is for the measures to say: a hole is a hole, whoever made it. */
function sampleDoubts(probe: string, everyMs: number, entries: readonly Entry[], plan: Plan): string[] {
  const own = entries.filter((entry) => entry.entry === 'samples').sort((a, b) => a.dueMs - b.dueMs);
  let nextMs = Number.NEGATIVE_INFINITY;
  for (const { dueMs, samples } of own) {
    if (samples.length === 0) continue;
    if (dueMs < nextMs - everyMs / 2) {
      return [`looks of ${probe} at ${clockAt(plan.begins, Math.round(dueMs))} are there twice`];
    }
    nextMs = dueMs + samples.length * everyMs;
  }
  return [];
}

/** The spans of a probe are one list from the beginning to the end. */
function spanDoubts(probe: string, entries: readonly Entry[], { durationMs }: Plan, isWhole: boolean): string[] {
  const own = entries.filter((entry) => entry.entry === 'spans');
  if (own.length === 0) return [];
  const spans = own.flatMap((entry) => entry.spans);
  let nextMs = 0;
  const isTorn = spans.some(([fromMs, toMs]) => {
    const follows = fromMs === nextMs && toMs > fromMs;
    nextMs = toMs;
    return !follows;
  });
  const isShort = isWhole && nextMs !== durationMs;
  return own.length > 1 || isTorn || isShort
    ? [`not all is there, or not in its order, of what ${probe} would have seen`]
    : [];
}

/** The numbers of a ledger follow each other from the first instant of the story to its last; what is due later than it should be was jumped to. */
function ledgerDoubts(
  probe: string,
  entries: readonly Entry[],
  jumps: readonly Kind<'jump'>[],
  { durationMs }: Plan,
  isWhole: boolean,
): string[] {
  const own = entries.filter((entry) => entry.entry === 'ledger');
  const [first] = own;
  if (first === undefined) return [];
  const periodMs = 1000 / first.perSecond;
  const runs = own.flatMap((entry) => entry.runs);
  const isJump = (fromMs: number, toMs: number) =>
    jumps.some((jump) => jump.fromMs < toMs && jump.toMs > fromMs - periodMs && jump.fromMs <= jump.toMs);
  const wrong = (run: WriteRun, index: number) => {
    const [from, to, dueMs] = run;
    const before = runs[index - 1];
    if (to < from) return true;
    if (before === undefined) return dueMs > 1.5 * periodMs && !isJump(0, dueMs);
    const nextMs = before[2] + (before[1] + 1 - before[0]) * periodMs;
    if (from !== before[1] + 1 || dueMs < nextMs - periodMs) return true;
    return dueMs > nextMs + 1.5 * periodMs && !isJump(nextMs - periodMs, dueMs);
  };
  const last = runs.at(-1);
  const endMs = last === undefined ? 0 : last[2] + (last[1] + 1 - last[0]) * periodMs;
  const isShort = isWhole && endMs < durationMs - 1.5 * periodMs && !isJump(endMs, durationMs);
  const isMixed = own.some(({ perSecond }) => perSecond !== first.perSecond);
  return isMixed || isShort || runs.some(wrong) ? [`writes are missing, or told twice, in the ledger of ${probe}`] : [];
}
