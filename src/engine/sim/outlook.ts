import type { Probe } from '../../scenario/scenario.js';
import type { Outlook } from '../engine.js';
import { KERNEL_MS } from './answer.js';
import { awaitsCopy } from './copies.js';
import { GOOD_SHARE } from './load.js';
import { hearsOutside, reaches, travelMs, travelOutsideMs } from './network.js';
import { carriedShare, chooseAny, chooseLeader, hasQuorum, isInCharge, isLed } from './serving.js';
import { isSoft } from './standing.js';
import { isDark, isFrozen, type SimService, type SimUnit, type Subject, type World } from './world.js';

/** What looks at a unit get as long as nothing changes, why, and until when that holds at most. */
export interface Sight extends Outlook {
  readonly untilMs: number;
  /** Whose events tell why it is not good; null when it is. */
  readonly culprit: Subject | null;
}

/** What one question gets, over all the turns that clients take. */
interface View {
  /** Of so many in one there is a good answer. */
  readonly share: number;
  /** How long a good answer takes, a bad one where none is good; Infinity: none comes. */
  readonly tookMs: number;
  /** How long a bad one takes. */
  readonly failedMs: number;
  readonly error: string | null;
  readonly culprit: Subject | null;
}

/** One look around at one instant; everything is worked out once. */
interface Gaze {
  readonly world: World;
  readonly nowMs: number;
  readonly does: Probe['does'];
  readonly views: Map<SimUnit, View>;
  untilMs: number;
}

/**
 * What looks at a unit, from outside or by `exec` inside of it, get from `nowMs` on: the same as `answerOf` gives look by look, where jitter counts as
 * none and a packet is lost never or always.
 */
export function outlookOf(world: World, nowMs: number, unit: SimUnit, probe: Probe): Sight {
  const gaze: Gaze = { world, nowMs, does: probe.does, views: new Map(), untilMs: Number.POSITIVE_INFINITY };
  const view = viewOf(gaze, unit, probe.ask.kind);
  const { untilMs } = gaze;
  const late = view.tookMs > probe.timeoutMs;
  const share = late && view.share > 0 ? 0 : view.share;
  const ok = share >= GOOD_SHARE;
  const error = ok ? null : late ? 'timeout' : view.error;
  const latencyMs = Math.min(view.tookMs, probe.timeoutMs);
  const failedMs = Math.min(view.failedMs, probe.timeoutMs);
  return { ok, error, share, latencyMs, failedMs, untilMs, culprit: view.culprit };
}

function viewOf(gaze: Gaze, unit: SimUnit, kind: Probe['ask']['kind']): View {
  if (kind === 'exec') return viewHere(gaze, unit, kind);
  if (!isDark(unit) && !hearsOutside(unit)) return silenceOf(unit);
  const wayMs = travelOutsideMs(unit, () => 0.5);
  const view = viewHere(gaze, unit, kind);
  return { ...view, tookMs: wayMs + view.tookMs, failedMs: wayMs + view.failedMs };
}

function viewHere(gaze: Gaze, unit: SimUnit, kind: Probe['ask']['kind']): View {
  if (isDark(unit)) return silenceOf(unit);
  if (unit.process !== 'running') return fail(KERNEL_MS, kind === 'exec' ? 'not running' : 'refused', unit);
  if (kind === 'tcp') return { share: 1, tookMs: KERNEL_MS, failedMs: KERNEL_MS, error: null, culprit: null };
  if (isFrozen(unit)) return silenceOf(unit);
  const { service } = unit;
  const { latencyMs } = service.model;
  if (!hasQuorum(service)) return fail(latencyMs, 'unavailable', service);
  const isAtHand = kind === 'exec' && gaze.does === 'read';
  if (!isAtHand && !isInCharge(unit, gaze.does)) return fail(latencyMs, 'unavailable', service.lead);
  if (gaze.does === 'write' && awaitsCopy(unit)) return silenceOf(service);
  return shed(gaze, service, [unit], work(gaze, unit));
}

function work(gaze: Gaze, unit: SimUnit): View {
  const known = gaze.views.get(unit);
  if (known !== undefined) return known;
  const view = workAnew(gaze, unit);
  gaze.views.set(unit, view);
  return view;
}

function workAnew(gaze: Gaze, unit: SimUnit): View {
  const { service } = unit;
  let tookMs = service.model.latencyMs;
  let share = 1;
  let error: string | null = null;
  let culprit: Subject | null = null;
  let failedMs: number | null = null;
  for (const name of service.needs) {
    const needed = gaze.world.services.get(name);
    const view = needed === undefined ? fail(0, 'unavailable', service) : ask(gaze, unit, needed);
    if (isSoft(service, name)) {
      tookMs += view.share * (Number.isFinite(view.tookMs) ? view.tookMs : 0);
      tookMs += (1 - view.share) * (service.model.slowerMs ?? 0);
      continue;
    }
    if (view.share < 1) failedMs ??= tookMs + view.failedMs;
    tookMs += view.tookMs;
    share *= view.share;
    error ??= view.error;
    culprit ??= view.culprit;
    if (share === 0) break;
  }
  return { share, tookMs, failedMs: failedMs ?? tookMs, error, culprit };
}

function ask(gaze: Gaze, client: SimUnit, service: SimService): View {
  if (!hasQuorum(service)) return fail(0, 'unavailable', service);
  const led = isLed(service, gaze.does);
  const { units, untilMs } = (led ? chooseLeader : chooseAny)(client, service, gaze.nowMs);
  gaze.untilMs = Math.min(gaze.untilMs, untilMs);
  if (units.length === 0) return fail(0, 'unavailable', led ? service.lead : service);
  const views = units.map((unit) => askUnit(gaze, client, unit, led));
  return shed(gaze, service, units, mix(views));
}

function askUnit(gaze: Gaze, client: SimUnit, unit: SimUnit, led: boolean): View {
  if (isDark(unit)) return silenceOf(unit);
  if (!reaches(client, unit)) return silenceOf(client.event > unit.event ? client : unit);
  const wayMs = travelMs(client, unit, () => 0.5);
  if (unit.process !== 'running') return fail(wayMs, 'unavailable', unit);
  if (isFrozen(unit)) return silenceOf(unit);
  if (led && !isInCharge(unit, gaze.does)) {
    return fail(wayMs + unit.service.model.latencyMs, 'unavailable', unit.service.lead);
  }
  if (gaze.does === 'write' && awaitsCopy(unit)) return silenceOf(unit.service);
  const view = work(gaze, unit);
  return { ...view, tookMs: wayMs + view.tookMs, failedMs: wayMs + view.failedMs };
}

/** Clients take turns: of several views each is had equally often. */
function mix(views: readonly View[]): View {
  const [only] = views;
  if (views.length === 1 && only !== undefined) return only;
  const share = views.reduce((sum, view) => sum + view.share, 0) / views.length;
  const counted = share > 0 ? views.filter((view) => view.share > 0) : views;
  const tookMs = counted.reduce((sum, view) => sum + view.tookMs, 0) / counted.length;
  const bad = views.find((view) => view.share < 1);
  return { share, tookMs, failedMs: bad?.failedMs ?? tookMs, error: bad?.error ?? null, culprit: bad?.culprit ?? null };
}

/** What is asked beyond the capacity is refused. */
function shed(gaze: Gaze, service: SimService, units: readonly SimUnit[], view: View): View {
  const { share, untilMs } = carriedShare(gaze, service, units);
  gaze.untilMs = Math.min(gaze.untilMs, untilMs);
  if (share === 1 || view.share === 0) return view;
  const [error, culprit] = [view.error ?? 'overloaded', view.culprit ?? service];
  const failedMs = view.share < 1 ? view.failedMs : service.model.latencyMs;
  return { ...view, share: view.share * share, failedMs, error, culprit };
}

function silenceOf(culprit: Subject): View {
  return fail(Number.POSITIVE_INFINITY, 'timeout', culprit);
}

function fail(tookMs: number, error: string, culprit: Subject): View {
  return { share: 0, tookMs, failedMs: tookMs, error, culprit };
}
