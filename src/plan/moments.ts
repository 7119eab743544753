import type { Happening, Scenario } from '../scenario/scenario.js';
import type { Complaint, PlannedFault } from './faults.js';
import { claimsOf, type OpenStep, openStepsOf } from './open-steps.js';
import { type Cure, curesOfRestore } from './restoration.js';
import { chooseSpares } from './spares.js';
import { briefClockAt } from './story-time.js';
import type { Fault, Moment, Unit } from './timetable.js';

/** The drill as it goes on: what is open, what will be undone, and what was found wrong. */
interface Course {
  readonly scenario: Scenario;
  readonly units: readonly Unit[];
  readonly all: readonly OpenStep[];
  readonly open: Map<string, OpenStep>;
  readonly cures: Cure[];
  readonly complaints: Complaint[];
  /** Power losses that are restored with empty disks, by the ids of their steps. */
  readonly burnt: Set<string>;
  /** Spares that were started, by the ids of their steps. */
  readonly awake: Set<string>;
}

/** The timetable: walks through the drill's instants, undoes first and breaks then, and complains of what cannot be. */
export function momentsOf(
  scenario: Scenario,
  units: readonly Unit[],
  faults: readonly PlannedFault[],
): { moments: Moment[]; complaints: Complaint[]; burnt: ReadonlySet<string> } {
  const all = faults.flatMap(({ fault, name }) => openStepsOf(fault, name));
  const cures = faults.flatMap(endOf);
  const found = { complaints: [], burnt: new Set<string>(), awake: new Set<string>() };
  const course: Course = { scenario, units, all, open: new Map(), cures, ...found };
  const moments: Moment[] = [];
  for (const atMs of instantsOf(scenario.timeline, cures)) {
    for (const happening of scenario.timeline) {
      if (happening.atMs === atMs && happening.incident.kind === 'restore') restore(happening, course);
    }
    const undone = cures.filter((cure) => cure.atMs === atMs).flatMap((cure) => undo(cure, course.open));
    undone.push(...scenario.timeline.filter((one) => one.atMs === atMs).flatMap((one) => start(one, course)));
    const done = faults.filter(({ fault }) => fault.atMs === atMs);
    for (const planned of done) open(planned, course);
    moments.push({
      atMs,
      title: [...undone.map(({ title }) => title), ...done.map(({ fault }) => fault.title)].join(' + '),
      cures: undone.flatMap(({ steps }) => steps),
      steps: done.flatMap(({ fault }) => fault.steps),
    });
  }
  return {
    moments: moments.filter((moment) => moment.cures.length + moment.steps.length > 0),
    complaints: course.complaints,
    burnt: course.burnt,
  };
}

function endOf({ fault, endsMs }: PlannedFault): Cure[] {
  if (endsMs === null) return [];
  return [{ atMs: endsMs, title: `end of ${fault.title}`, steps: fault.steps.map(({ id }) => id) }];
}

/** Every instant at which something may happen, in the order of time, each once. */
function instantsOf(timeline: readonly Happening[], ends: readonly Cure[]): number[] {
  const written = timeline.flatMap(({ atMs, incident }) => {
    if (incident.kind !== 'restore' || incident.waves === null) return [atMs];
    return [atMs, ...incident.waves.map((_, wave) => atMs + wave * incident.everyMs)];
  });
  return [...new Set([...written, ...ends.map(({ atMs }) => atMs)])].sort((a, b) => a - b);
}

function restore(happening: Happening, { scenario, units, all, open, cures, complaints, burnt }: Course): void {
  const found = curesOfRestore(happening, { scenario, units, all, open: [...open.values()] });
  cures.push(...found.cures);
  complaints.push(...found.messages.map((message) => ({ index: happening.index, message })));
  const { incident } = happening;
  if (incident.kind !== 'restore' || incident.volumes !== 'destroyed') return;
  const steps = found.cures.flatMap((cure) => cure.steps.flatMap((id) => open.get(id)?.step ?? []));
  const dark = steps.filter(({ action }) => action.verb === 'power-off');
  for (const { id } of dark) burnt.add(id);
  if (dark.length > 0 || steps.length === 0) return;
  const message = 'only what lost its power comes back with empty disks, and nothing of that is restored here';
  complaints.push({ index: happening.index, message: `${message}; take \`volumes\` out` });
}

/** The spares that a happening starts, each once in a drill. */
function start({ incident, index }: Happening, { units, awake, complaints }: Course): Omit<Cure, 'atMs'>[] {
  if (incident.kind !== 'start') return [];
  const { steps, messages } = chooseSpares(incident.targets, units);
  const again = steps.filter(({ id }) => awake.has(id));
  const twice = again.map(({ unit }) => `${unit} was started before this: take it out here`);
  complaints.push(...[...messages, ...twice].map((message) => ({ index, message })));
  for (const { id } of steps) awake.add(id);
  return [{ title: `start ${incident.targets.join(', ')}`, steps: steps.map(({ id }) => id) }];
}

/** What of a cure is still there to undo; nothing when an earlier cure took all of it. */
function undo({ title, steps }: Cure, open: Map<string, OpenStep>): Omit<Cure, 'atMs'>[] {
  const undone = steps.filter((id) => open.delete(id));
  return undone.length === 0 ? [] : [{ title, steps: undone }];
}

function open({ fault, index }: PlannedFault, course: Course): void {
  const clashes = clashesOf(fault, course);
  for (const [earlier, hit] of clashes) {
    const since = briefClockAt(course.scenario.begins, earlier.atMs);
    const message = `${earlier.title} has done the same to ${[...hit].join(', ')} since ${since}: restore first, or leave out here`;
    course.complaints.push({ index, message });
  }
  for (const step of course.all) if (step.fault === fault) course.open.set(step.step.id, step);
}

/** The earlier faults that are open and that did the same, with the units that both of them hit. */
function clashesOf(fault: Fault, { scenario, units, open: steps }: Course): Map<Fault, Set<string>> {
  const revived = new Set(scenario.services.filter(({ restart }) => restart !== 'no').map(({ name }) => name));
  const mortal = new Set(units.filter(({ service }) => !revived.has(service)).map(({ name }) => name));
  const isRevived = (unit: string) => !mortal.has(unit);
  const claimed = new Map(
    [...steps.values()].flatMap((earlier) =>
      claimsOf(earlier.step, isRevived).map((claim) => [claim, earlier.fault] as const),
    ),
  );
  const clashes = new Map<Fault, Set<string>>();
  for (const step of fault.steps) {
    for (const claim of claimsOf(step, isRevived)) {
      const earlier = claimed.get(claim);
      if (earlier !== undefined) clashes.set(earlier, (clashes.get(earlier) ?? new Set()).add(step.unit));
    }
  }
  return clashes;
}
