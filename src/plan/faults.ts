import { type Happening, type Incident, resolveTarget, type Scenario, type Target } from '../scenario/scenario.js';
import { recipeOf } from './incidents/incidents.js';
import type { FaultKind } from './incidents/recipe.js';
import { sparesStartedBy } from './spares.js';
import { briefClockAt } from './story-time.js';
import { describeMissing, OUTSIDE, resolvePeers } from './targets.js';
import type { Fault, Unit } from './timetable.js';

/** What is wrong with one happening, by its index in the file. */
export interface Complaint {
  readonly index: number;
  readonly message: string;
}

/** A happening that breaks something, with what it comes to. */
export interface PlannedFault {
  readonly fault: Fault;
  /** The author's own name for it, or null. */
  readonly name: string | null;
  readonly index: number;
  /** When it ends by itself, or null. */
  readonly endsMs: number | null;
}

/** Every happening that breaks something, worked out to its units, and every complaint about them. */
export function faultsOf(
  scenario: Scenario,
  units: readonly Unit[],
): { faults: PlannedFault[]; complaints: Complaint[] } {
  const faults: PlannedFault[] = [];
  const complaints: Complaint[] = [];
  for (const happening of scenario.timeline) {
    const { incident } = happening;
    if (incident.kind === 'restore' || incident.kind === 'start' || incident.kind === 'runbook') continue;
    const sides = sidesOf(incident, units);
    const messages = [
      ...missingIn(incident, scenario, units),
      ...asleepIn(happening, sides, scenario, units),
      ...sharedBetween(sides),
      ...lateEndOf(happening, scenario),
    ];
    const fault = faultOf(happening, incident, sides, `f${faults.length + 1}`);
    if (fault.steps.length === 0 && messages.length === 0)
      messages.push(`${fault.title} does nothing: name more targets`);
    complaints.push(...messages.map((message) => ({ index: happening.index, message })));
    const endsMs = happening.forMs === null ? null : happening.atMs + happening.forMs;
    faults.push({ fault, name: happening.name, index: happening.index, endsMs });
  }
  return { faults, complaints };
}

type FaultIncident = Extract<Incident, { kind: FaultKind }>;

function sidesOf(incident: FaultIncident, units: readonly Unit[]): string[][] {
  const resolve = resolverOf(incident);
  return recipeOf(incident)
    .sidesOf(incident)
    .map((targets) => namesOf(targets, units, resolve));
}

type Resolve = (units: readonly Unit[], target: Target) => string[];

/** Only the network reaches to where no unit is. */
function resolverOf({ kind }: FaultIncident): Resolve {
  return kind === 'partition' || kind === 'link' ? resolvePeers : resolveTarget;
}

/** In the order of the plan's units, then what is outside; each once, however many targets stand for it. */
function namesOf(targets: readonly Target[], units: readonly Unit[], resolve: Resolve): string[] {
  const named = new Set(targets.flatMap((target) => resolve(units, target)));
  return [...units.map(({ name }) => name), OUTSIDE].filter((name) => named.has(name));
}

function missingIn(incident: FaultIncident, scenario: Scenario, units: readonly Unit[]): string[] {
  const targets = new Set(recipeOf(incident).sidesOf(incident).flat());
  const resolve = resolverOf(incident);
  return [...targets]
    .filter((target) => resolve(units, target).length === 0)
    .map((target) => describeMissing(target, scenario));
}

/** Only what is done to a place or to the network can be done to a machine on which nothing runs. */
function asleepIn(
  { incident, atMs }: Happening,
  sides: readonly (readonly string[])[],
  { timeline }: Scenario,
  units: readonly Unit[],
): string[] {
  if (incident.kind !== 'crash' && incident.kind !== 'stop' && incident.kind !== 'freeze') return [];
  const started = sparesStartedBy(timeline, units, atMs);
  const asleep = units.filter(({ name, spare }) => spare === true && !started.has(name));
  return asleep
    .filter(({ name }) => sides.some((side) => side.includes(name)))
    .map(({ name }) => `${name} is a spare that nobody has started by then: \`start\` it first, or name the others`);
}

function sharedBetween(sides: readonly (readonly string[])[]): string[] {
  const seen = new Set<string>();
  const shared = new Set(sides.flat().filter((unit) => seen.has(unit) || !seen.add(unit)));
  return [...shared].map((unit) => `${unit} stands on more than one side: name it on one side only`);
}

function lateEndOf({ atMs, forMs }: Happening, { begins, durationMs }: Scenario): string[] {
  if (forMs === null) return [];
  if (forMs <= 0) return ['it ends as it begins: make `for` longer than 0'];
  if (atMs + forMs <= durationMs) return [];
  const [ends, end] = [atMs + forMs, durationMs].map((instantMs) => briefClockAt(begins, instantMs));
  return [`it would last until ${ends}, but the drill ends at ${end}: lengthen \`ends\` or shorten \`for\``];
}

function faultOf(
  { atMs }: Happening,
  incident: FaultIncident,
  sides: readonly (readonly string[])[],
  id: string,
): Fault {
  const recipe = recipeOf(incident);
  const steps = recipe
    .deedsOf(incident, sides)
    .map(({ unit, action }, index) => ({ id: `${id}.${index + 1}`, fault: id, unit, action }));
  return { id, title: recipe.titleOf(incident), kind: incident.kind, atMs, steps };
}
