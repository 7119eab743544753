import { type Clock, type VirtualClock, virtualClock } from '../../src/clock.js';
import type { Stamps } from '../../src/engine/docker/stamps.js';

/** What happens to the clocks of a world, in true time. */
export interface Mishaps {
  /** How many times as fast as it should the runner's monotonic clock goes. */
  readonly rate?: number;
  /** How far the runner's time of day is from the kernel's at first. */
  readonly aheadMs?: number;
  /** The runner's monotonic clock (and with it its time of day), its time of day alone, or the kernel's is set. */
  readonly sets?: readonly {
    readonly atMs: number;
    readonly whose: 'raw' | 'runner' | 'engine';
    readonly byMs: number;
  }[];
  /** The runner does nothing. */
  readonly stills?: readonly { readonly fromMs: number; readonly toMs: number }[];
  /** How long a question and its answer are under way. */
  delayMs?(count: number): number;
}

/** A runner and an engine on true time, each with clocks of its own. */
export interface World {
  readonly truth: VirtualClock;
  /** The runner's own clock. */
  readonly raw: Clock;
  /** The kernel's time of day. */
  epoch(): number;
  openStamps(wake: () => void): Stamps;
}

const EPOCH_MS = Date.parse('2022-10-15T06:29:30.250Z');
/** A machine looks at its timers at least so often. */
const TURN_MS = 100;
const TICK_MS = 250;

/** The world of these mishaps; nothing in it is real. */
export function worldOf({ rate = 1, aheadMs = 0, sets = [], stills = [], delayMs = () => 0.3 }: Mishaps): World {
  const truth = virtualClock();
  const setBy = (...whose: string[]) =>
    sets.reduce((sum, one) => sum + (whose.includes(one.whose) && one.atMs <= truth.now() ? one.byMs : 0), 0);
  const now = () => 1000 + truth.now() * rate + setBy('raw');
  const epoch = () => EPOCH_MS + truth.now() + setBy('engine');
  const thaw = async () => {
    for (const { fromMs, toMs } of stills) {
      if (truth.now() >= fromMs && truth.now() < toMs) await truth.sleepUntil(toMs);
    }
  };
  const raw: Clock = {
    now,
    epochOf: (atMs) => EPOCH_MS + aheadMs + (atMs - 1000) + setBy('runner'),
    async sleepUntil(atMs, signal) {
      while (now() < atMs && !signal?.aborted) {
        const leftMs = Math.max(0.01, Math.min(TURN_MS, (atMs - now()) / rate));
        await truth.sleepUntil(truth.now() + leftMs, atMs === Number.POSITIVE_INFINITY ? signal : undefined);
        await thaw();
      }
    },
  };
  return {
    ...{ truth, raw, epoch },
    openStamps(wake) {
      const over = new AbortController();
      let count = 0;
      const tick = async () => {
        for (let atMs = TICK_MS; !over.signal.aborted; atMs += TICK_MS) {
          await truth.sleepUntil(atMs, over.signal);
          await thaw();
          if (!over.signal.aborted) wake();
        }
      };
      void tick();
      return {
        async ask() {
          count += 1;
          const sentRawMs = now();
          await truth.sleepUntil(truth.now() + delayMs(2 * count));
          const [epochMs, uptimeMs] = [epoch(), Math.floor((truth.now() + 12_345) / 10) * 10];
          await truth.sleepUntil(truth.now() + delayMs(2 * count + 1));
          await thaw();
          return { sentRawMs, gotRawMs: now(), epochMs, uptimeMs };
        },
        close: () => over.abort(),
      };
    },
  };
}
