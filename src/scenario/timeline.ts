import { checkAim } from './aims.js';
import { checkOne } from './choices.js';
import type { Complaints } from './complaints.js';
import { endlessKinds, happeningForm, incidentKinds } from './form.js';
import { incidentOf } from './incidents.js';
import type { Happening, StoryTime } from './language.js';
import { isMap, partsOf } from './shape.js';
import { reservedNames } from './sites.js';
import { clockAt, offsetOf } from './time.js';
import type { World } from './world.js';

/** When the drill begins and how long it is; null: could not be read, so that nothing can be said of instants. */
export interface Span {
  readonly begins: StoryTime;
  readonly durationMs: number;
}

/** The happenings in the order of time, equal times in the order of the file. */
export function readTimeline(value: unknown, span: Span | null, world: World, complaints: Complaints): Happening[] {
  const entries = Array.isArray(value) ? value : [];
  const names = readNames(entries, world, complaints);
  const times = entries.map((entry, index) => readAt(partsOf(happeningForm, entry).at, index, span, complaints));
  const happenings = entries.flatMap((entry, index): Happening[] => {
    const path = ['timeline', index];
    const parts = partsOf(happeningForm, entry);
    const kind = checkOne(complaints, path, entry, happeningForm, incidentKinds);
    if (kind === null || !isMap(entry)) return [];
    if (entry.name !== undefined && kind === 'start') {
      complaints.addKey(
        [...path, 'name'],
        'a `name` is for what a later `restore` undoes, and none undoes a start; remove it',
      );
    }
    if (entry.for !== undefined && (endlessKinds as readonly string[]).includes(kind)) {
      complaints.addKey([...path, 'for'], `\`${kind}\` has no end of its own; remove \`for\``);
    }
    const earlier = names.filter((name) => name.index !== index && isEarlier(times, name.index, index));
    const later = names.filter((name) => !earlier.includes(name)).map((name) => name.name);
    const known = { earlier: earlier.map((name) => name.name), later };
    checkAim({ kind, written: entry[kind], path: [...path, kind], world, names: known }, complaints);
    const incident = incidentOf(kind, parts);
    if (incident === null) return [];
    return [{ atMs: times[index] ?? 0, name: parts.name ?? null, forMs: parts.for ?? null, incident, index }];
  });
  return happenings.toSorted((a, b) => a.atMs - b.atMs || a.index - b.index);
}

/** Where an instant is not known, it may be earlier. */
function isEarlier(times: readonly (number | null)[], one: number, other: number): boolean {
  const oneMs = times[one] ?? null;
  const otherMs = times[other] ?? null;
  if (oneMs === null || otherMs === null) return true;
  return oneMs < otherMs || (oneMs === otherMs && one < other);
}

function readNames(
  entries: readonly unknown[],
  world: World,
  complaints: Complaints,
): { name: string; index: number }[] {
  const taken = new Set([...(world.sites ?? []), ...(world.services ?? []), ...world.units.map((unit) => unit.name)]);
  const names: { name: string; index: number }[] = [];
  entries.forEach((entry, index) => {
    const name = partsOf(happeningForm, entry).name;
    if (name === undefined) return;
    const complain = (message: string) => complaints.add(['timeline', index, 'name'], message);
    if (reservedNames.includes(name)) complain(`\`${name}\` is a word of this language; choose another name`);
    else if (taken.has(name))
      complain(`\`${name}\` is already the name of a site, a service or a unit; choose another name`);
    else if (names.some((other) => other.name === name))
      complain(`\`${name}\` is already the name of another; choose another name`);
    else names.push({ name, index });
  });
  return names;
}

/** null when it cannot be known; told when it is not within the drill. */
function readAt(at: string | undefined, index: number, span: Span | null, complaints: Complaints): number | null {
  if (at === undefined || span === null) return null;
  const { begins, durationMs } = span;
  const midnight = offsetOf('00:00', begins, Number.POSITIVE_INFINITY);
  // In a drill that goes over midnight, a time of day before its beginning is one of the next day, be it too late.
  const latestMs = midnight.atMs !== null && midnight.atMs <= durationMs ? Number.POSITIVE_INFINITY : durationMs;
  const offset = offsetOf(at, begins, latestMs);
  const complain = (message: string) => complaints.add(['timeline', index, 'at'], message);
  if (offset.atMs === null) complain(offset.because);
  else if (offset.atMs < 0)
    complain(`${at} is before the drill begins at ${clockAt(begins, 0)}; write a later time, or let it begin earlier`);
  else if (offset.atMs > durationMs)
    complain(
      `${at} is after the drill ends at ${clockAt(begins, durationMs)}; write an earlier time, or let it end later`,
    );
  else return offset.atMs;
  return null;
}
