import type { Entry } from '../journal/journal.js';

type EffectEntry = Extract<Entry, { entry: 'effect' }>;
type Step = Extract<Entry, { entry: 'clock-step' }>;
type Effect = EffectEntry['effects'][number];

/** Effects whose intervals hold what steps of the clocks have made unknown of them. */
export function widenBySteps(effects: readonly EffectEntry[], entries: readonly Entry[]): EffectEntry[] {
  const steps = entries.filter((entry) => entry.entry === 'clock-step');
  const widened = (effect: Effect) => steps.reduce(widenByStep, effect);
  return effects.map((entry) => (steps.length === 0 ? entry : { ...entry, effects: entry.effects.map(widened) }));
}

function widenByStep(effect: Effect, { whose, byMs, fromMs, toMs }: Step): Effect {
  // Whoever was told of it while the runner's clock was wrong was told a wrong instant.
  if (whose === 'between' && effect.fromMs <= toMs && effect.toMs >= fromMs) {
    return { ...effect, fromMs: Math.min(effect.fromMs, fromMs), toMs: Math.max(effect.toMs, toMs) };
  }
  if (whose !== 'engine' || effect.timed !== 'kernel' || effect.toMs < fromMs) return effect;
  // A kernel whose clock was set forward began what it held too early, until it was armed anew; set back, too late.
  const earlyMs = Math.max(fromMs, effect.fromMs - Math.max(0, byMs));
  const isEarly = earlyMs < effect.fromMs && effect.fromMs - byMs <= toMs;
  const lateMs = byMs < 0 && effect.fromMs <= toMs ? toMs : effect.toMs;
  return { ...effect, fromMs: isEarly ? earlyMs : effect.fromMs, toMs: Math.max(effect.toMs, lateMs) };
}
