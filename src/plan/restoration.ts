import type { Happening, Scenario, Target } from '../scenario/scenario.js';
import type { IncidentOf } from './incidents/recipe.js';
import type { OpenStep } from './open-steps.js';
import { briefClockAt } from './story-time.js';
import { describeMissing, resolvePeers } from './targets.js';
import type { Unit } from './timetable.js';

/** Steps that are undone together, as far as they are still open by then. */
export interface Cure {
  readonly atMs: number;
  readonly title: string;
  readonly steps: readonly string[];
}

/** What a restore is judged against. */
export interface Situation {
  readonly scenario: Scenario;
  readonly units: readonly Unit[];
  /** Open at the instant of the restore. */
  readonly open: readonly OpenStep[];
  /** Every step of the whole drill, to tell the author what was meant. */
  readonly all: readonly OpenStep[];
}

/** An open step that a restore undoes, with the units by which its targets or waves can name it. */
interface Chosen extends OpenStep {
  readonly by: readonly string[];
}

/** The cures that one restore comes to, one a wave, and what is wrong with it. */
export function curesOfRestore(happening: Happening, situation: Situation): { cures: Cure[]; messages: string[] } {
  const incident = happening.incident as IncidentOf<'restore'>;
  const chosen = new Map<string, Chosen>();
  const messages: string[] = [];
  for (const target of incident.targets) {
    const found = chooseSteps(target, situation.open, situation);
    if (found.length === 0) messages.push(describeNothing(target, happening.atMs, situation));
    for (const one of found) {
      chosen.set(one.step.id, { ...one, by: [...(chosen.get(one.step.id)?.by ?? []), ...one.by] });
    }
  }
  const disks = incident.volumes === 'destroyed' ? ', volumes destroyed' : '';
  const title = `restore ${incident.targets.join(', ')}${disks}`;
  if (incident.waves === null || chosen.size === 0) {
    return { cures: [{ atMs: happening.atMs, title, steps: [...chosen.keys()] }], messages };
  }
  const waves = splitIntoWaves([...chosen.values()], incident.waves, situation);
  const cures = waves.steps.map((steps, index) => ({
    atMs: happening.atMs + index * incident.everyMs,
    title: `${title} (wave ${index + 1} of ${waves.steps.length})`,
    steps,
  }));
  return { cures, messages: [...messages, ...waves.messages, ...lateWavesOf(cures, situation.scenario)] };
}

/** The steps among `steps` for which a target stands, each with its units by which it does. */
export function chooseSteps(target: Target, steps: readonly OpenStep[], { units, all }: Situation): Chosen[] {
  const wholly = (step: OpenStep) => ({ ...step, by: step.participants });
  if (target === 'all') return steps.map(wholly);
  if (all.some(({ name }) => name === target)) return steps.filter(({ name }) => name === target).map(wholly);
  const named = new Set(resolvePeers(units, target));
  return steps
    .map((step) => ({ ...step, by: step.participants.filter((unit) => named.has(unit)) }))
    .filter(({ by }) => by.length > 0);
}

function describeNothing(target: Target, atMs: number, situation: Situation): string {
  const { scenario, units, all } = situation;
  const isName = target === 'all' || all.some(({ name }) => name === target);
  if (!isName && resolvePeers(units, target).length === 0) {
    return `${describeMissing(target, scenario)}, the \`name\` of an earlier happening, or \`all\``;
  }
  const later = chooseSteps(target, all, situation).find(({ fault }) => fault.atMs >= atMs)?.fault;
  const advice =
    later === undefined
      ? 'take this out, or name what is broken by then'
      : `${later.title} comes at ${briefClockAt(scenario.begins, later.atMs)}, so restore after that`;
  const now = briefClockAt(scenario.begins, atMs);
  return `nothing to restore at ${target}: no fault is open there at ${now}; ${advice}`;
}

function splitIntoWaves(
  chosen: readonly Chosen[],
  waves: readonly (readonly Target[])[],
  { scenario, units }: Situation,
): { steps: string[][]; messages: string[] } {
  const messages: string[] = [];
  let waiting = chosen;
  const steps = waves.map((wave, index) => {
    const found = wave.map((target) => ({ target, names: resolvePeers(units, target) }));
    const missing = found.filter(({ names }) => names.length === 0);
    messages.push(...missing.map(({ target }) => describeMissing(target, scenario)));
    const named = new Set(found.flatMap(({ names }) => names));
    const now = waiting.filter(({ by }) => by.some((unit) => named.has(unit)));
    const taken = new Set(now);
    waiting = waiting.filter((step) => !taken.has(step));
    if (now.length === 0) messages.push(`wave ${index + 1} (${wave.join(', ')}) restores nothing: take it out`);
    return now.map(({ step }) => step.id);
  });
  if (waiting.length > 0) messages.push(describeForgotten(waiting, units));
  return { steps, messages };
}

function describeForgotten(waiting: readonly Chosen[], units: readonly Unit[]): string {
  const down = new Set(waiting.flatMap(({ by }) => by));
  const services = new Set(units.filter(({ name }) => down.has(name)).map(({ service }) => service));
  const faults = new Set(waiting.map(({ fault }) => fault.title));
  return `no wave mentions ${[...services].join(', ')}, still hit by ${[...faults].join(', ')}: add to a wave`;
}

function lateWavesOf(cures: readonly Cure[], { begins, durationMs }: Scenario): string[] {
  const late = cures.findIndex(({ atMs }) => atMs > durationMs);
  if (late < 0) return [];
  const [then, end] = [cures[late]?.atMs ?? 0, durationMs].map((atMs) => briefClockAt(begins, atMs));
  return [
    `wave ${late + 1} would come at ${then}, but the drill ends at ${end}: lengthen \`ends\` or shorten \`every\``,
  ];
}
