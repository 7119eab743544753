import type { Entry, FoldedSample } from '../../src/journal/journal.js';
import { makeJournal, type ToldProbe } from './histories.js';

/** A service that is down from `downMs` on and before `upMs`, or never. */
export interface Service {
  readonly downMs: number;
  readonly upMs: number;
  readonly latencyMs: number;
  /** What it does to a look while it is down: refuses at once, or is silent, so that a packet is sent again after 1, 3 and 7 s. */
  readonly mood: 'refuses' | 'hangs';
}

/** A probe, and when its runner did nothing at all (SIGSTOP until SIGCONT). */
export interface Runner {
  readonly everyMs: number;
  readonly timeoutMs: number;
  readonly offsetMs: number;
  readonly stills: readonly (readonly [fromMs: number, toMs: number])[];
}

/** When TCP sends the first packet of a connection again, after it was sent for the first time. */
const AGAIN_MS = [1000, 3000, 7000];
/** How often the watch shows a sign of life, and what it takes for a standstill. */
const TICK_MS = 50;
const LEAST_MS = 200;

/** What a look that is sent at `sentMs` gets, and when that is there to be read; Infinity: nothing ever comes. */
function answerOf({ downMs, upMs, latencyMs, mood }: Service, sentMs: number): { ok: boolean; atMs: number } {
  const isDown = (atMs: number) => atMs >= downMs && atMs < upMs;
  if (!isDown(sentMs)) return { ok: true, atMs: sentMs + latencyMs };
  if (mood === 'refuses') return { ok: false, atMs: sentMs + latencyMs };
  const again = AGAIN_MS.find((afterMs) => !isDown(sentMs + afterMs));
  return { ok: true, atMs: again === undefined ? Number.POSITIVE_INFINITY : sentMs + again + latencyMs };
}

/** Who stands still is awake at the end of that. */
function wokenAt(stills: Runner['stills'], atMs: number): number {
  return stills.find(([fromMs, toMs]) => atMs >= fromMs && atMs < toMs)?.[1] ?? atMs;
}

/** The sample of the look that was due at `dueMs`. */
export function lookOf(service: Service, { stills, timeoutMs }: Runner, dueMs: number): FoldedSample {
  const sentMs = wokenAt(stills, dueMs);
  const { ok, atMs } = answerOf(service, sentMs);
  const [heardMs, overMs] = [wokenAt(stills, atMs), wokenAt(stills, sentMs + timeoutMs)];
  const lagMs = sentMs - dueMs;
  if (overMs <= heardMs) return [lagMs, overMs - sentMs, 'timeout'];
  return ok ? [lagMs, heardMs - sentMs] : [lagMs, heardMs - sentMs, 'refused'];
}

/**
 * What a journal has of such a service and such a runner: who stands still sends what was due as soon as it goes on; of what was
 * under way then its timers fire first, so that what came meanwhile and is past its deadline has timed out, and the rest is read late.
 */
export function journalOf(
  service: Service,
  runner: Runner,
  faultMs: number,
  durationMs: number,
  limitMs: number,
): Entry[] {
  const probe: ToldProbe = {
    ...{ name: 'read', everyMs: runner.everyMs, timeoutMs: runner.timeoutMs, fromMs: runner.offsetMs },
    tell: (dueMs) => lookOf(service, runner, dueMs),
  };
  const entries = makeJournal({
    durationMs,
    faults: [{ title: 'power-loss pangyo', atMs: faultMs, curedMs: Math.max(service.upMs, faultMs + 1) }],
    objectives: (['recover', 'detect'] as const).map((measure) => ({ probe: 'read', measure, limitMs })),
    probes: [probe],
  });
  const told = runner.stills.flatMap(([fromMs, toMs]): Entry[] => {
    const aliveMs = Math.floor(fromMs / TICK_MS) * TICK_MS;
    if (toMs - aliveMs < LEAST_MS) return [];
    return [{ atMs: toMs, monoMs: 0, entry: 'standstill', fromMs: aliveMs, toMs }];
  });
  return [...entries.slice(0, -1), ...told, ...entries.slice(-1)];
}
