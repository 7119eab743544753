import { checkOne } from './choices.js';
import type { Complaints } from './complaints.js';
import { type incidentKinds, linkEffects, linkForm, partitionForm, restoreForm } from './form.js';
import { listNames } from './nearest.js';
import { checkRunbook } from './runbooks.js';
import { isMap, partsOf } from './shape.js';
import { resolveTarget } from './targets.js';
import type { Path } from './unfolding.js';
import { targetPattern } from './words.js';
import { type World, wrongTarget } from './world.js';

/** Names of happenings before this one, which a restore may undo, and of the others. */
export interface KnownNames {
  readonly earlier: readonly string[];
  readonly later: readonly string[];
}

/** What an incident is checked against, and where it stands in the document. */
export interface Aim {
  readonly kind: (typeof incidentKinds)[number];
  /** Its value in the document, of whatever form. */
  readonly written: unknown;
  readonly path: Path;
  readonly world: World;
  readonly names: KnownNames;
}

/** Checks whom an incident names, as far as it can be read. */
export function checkAim(aim: Aim, complaints: Complaints): void {
  const { kind, written, path, world } = aim;
  if (kind === 'runbook') checkSteps(aim, complaints);
  else if (!isMap(written)) checkTargets(written, path, wrongFor(aim), complaints);
  else if (kind === 'partition') checkPartition(written, path, world, complaints);
  else if (kind === 'link') checkLink(written, path, world, complaints);
  else if (kind === 'restore') checkRestore(written, aim, complaints);
  else checkTargets(written.of, [...path, 'of'], wrongFor(aim), complaints);
}

function checkSteps({ written, path, world, names }: Aim, complaints: Complaints): void {
  const check = (of: 'restore' | 'start', targets: unknown, at: Path) =>
    checkTargets(targets, at, wrongFor({ kind: of, world, names }), complaints);
  checkRunbook(written, path, world, check, complaints);
}

type Wrong = (target: string) => string | null;

const ONLY_RESTORED = '`all` can only be restored; name the sites, services or units that it hits';

function wrongFor({ kind, world, names }: Pick<Aim, 'kind' | 'world' | 'names'>): Wrong {
  return (target) => {
    if (kind !== 'restore') return target === 'all' ? ONLY_RESTORED : wrongTarget(world, target);
    if (target === 'all' || target === 'outside') return null;
    if (!names.later.includes(target)) return wrongTarget(world, target, names.earlier);
    return `\`${target}\` does not happen before this; restore it later, or name another`;
  };
}

/** Outside there are always the probes, whether or not a unit is. */
function wrongPeer(world: World): Wrong {
  return (target) => {
    if (target === 'outside') return null;
    return target === 'all' ? ONLY_RESTORED : wrongTarget(world, target);
  };
}

/** A single target, or a list of them; what has the wrong form is passed over, since it is told already. */
function checkTargets(written: unknown, path: Path, wrong: Wrong, complaints: Complaints): void {
  const check = (target: unknown, at: Path) => {
    const message = isTarget(target) ? wrong(target) : null;
    if (message !== null) complaints.add(at, message);
  };
  if (!Array.isArray(written)) check(written, path);
  else for (const [index, target] of written.entries()) check(target, [...path, index]);
}

function checkRestore(written: Record<string, unknown>, aim: Aim, complaints: Complaints): void {
  const form = checkOne(complaints, aim.path, written, restoreForm, ['site', 'of']);
  if (form !== null) checkTargets(written[form], [...aim.path, form], wrongFor(aim), complaints);
  const inWaves = (target: string) =>
    target === 'all' ? 'waves have an order; name services' : wrongTarget(aim.world, target);
  checkSides(written.waves, [...aim.path, 'waves'], inWaves, complaints);
  if (written.every !== undefined && written.waves === undefined) {
    const message = '`every` is the time between waves; write `waves` too, or remove it';
    complaints.addKey([...aim.path, 'every'], message);
  }
}

function checkPartition(written: Record<string, unknown>, path: Path, world: World, complaints: Complaints): void {
  const { groups, from, to } = written;
  const wrong = wrongPeer(world);
  checkSides(groups, [...path, 'groups'], wrong, complaints);
  checkTargets(from, [...path, 'from'], wrong, complaints);
  checkTargets(to, [...path, 'to'], wrong, complaints);
  const isOneWay = from !== undefined || to !== undefined;
  const isMistyped = Object.keys(written).some((key) => !(key in partitionForm.shape));
  if (isOneWay && groups !== undefined) {
    complaints.addKey([...path, 'groups'], '`groups` and `from` exclude each other; remove one of them');
  } else if (!isMistyped && isOneWay && (from === undefined || to === undefined)) {
    complaints.add([...path, from === undefined ? 'from' : 'to'], 'is missing: one way needs `from` and `to`');
  } else if (!isMistyped && !isOneWay && groups === undefined) {
    complaints.add([...path, 'groups'], 'is missing: write `groups`, or `from` and `to`');
  }
  checkApart(groups ?? [from, to], path, world, complaints);
}

function checkLink(written: Record<string, unknown>, path: Path, world: World, complaints: Complaints): void {
  const between = [...path, 'between'];
  checkSides(written.between, between, wrongPeer(world), complaints);
  checkApart(written.between, between, world, complaints);
  const isMistyped = Object.keys(written).some((key) => !(key in linkForm.shape));
  if (!isMistyped && !linkEffects.some((effect) => written[effect] !== undefined)) {
    complaints.add([...path, 'latency'], `is missing: write at least one of ${listNames(linkEffects)}`);
    return;
  }
  const parts = partsOf(linkForm, written);
  // What does not fit is told already, and may have been meant as an effect.
  const effects = linkEffects.filter((effect) => written[effect] !== undefined).map((effect) => parts[effect]);
  if (effects.length > 0 && effects.every((effect) => effect === 0)) {
    complaints.add(path, `does nothing; write at least one of ${listNames(linkEffects)} that is more than 0`);
  }
}

function checkSides(written: unknown, path: Path, wrong: Wrong, complaints: Complaints): void {
  if (!Array.isArray(written)) return;
  for (const [index, side] of written.entries()) checkTargets(side, [...path, index], wrong, complaints);
}

function checkApart(sides: unknown, path: Path, world: World, complaints: Complaints): void {
  const sideOf = new Map<string, number>();
  const twice = new Set<string>();
  for (const [index, side] of Array.isArray(sides) ? sides.entries() : []) {
    for (const unit of [side]
      .flat()
      .filter(isTarget)
      .flatMap((target) => resolveTarget(world.units, target))) {
      if ((sideOf.get(unit) ?? index) !== index) twice.add(unit);
      sideOf.set(unit, index);
    }
  }
  const units = [...twice];
  if (units.length > 0) complaints.add(path, `on two sides at once: ${listNames(units)}; name each on one side only`);
}

function isTarget(value: unknown): value is string {
  return typeof value === 'string' && targetPattern.test(value);
}
