import type { Sample } from '../journal/journal.js';
import { inWords } from './finding.js';
import { quantileOf } from './quantiles.js';

/** A service that is overloaded goes on answering some; one that is down answers nobody for longer than this. */
const SILENT_MS = 5000;
const LEAST_SHARE = 0.1;
const ENOUGH = 20;
/** Where some units are gone and the others have room, good answers take as long as ever. */
const SLOWER = 3;

/**
 * `; overloaded rather than down: …` where good answers came all through `during` and took at least three times as long as
 * those of `before`: survivors were there, and too small. Otherwise nothing.
 */
export function describeOverload(before: readonly Sample[], during: readonly Sample[]): string {
  const good = during.filter(({ ok }) => ok);
  if (during.length < ENOUGH || good.length < during.length * LEAST_SHARE) return '';
  const usualMs = quantileOf(
    before.filter(({ ok }) => ok),
    50,
  );
  const nowMs = quantileOf(good, 50);
  if (usualMs === 0 || nowMs < usualMs * SLOWER || isSilent(during)) return '';
  const times = `in ${inWords(nowMs)} at the median instead of ${inWords(usualMs)}`;
  return `; overloaded rather than down: ${good.length} of ${during.length} answers were good, ${times}`;
}

function isSilent(samples: readonly Sample[]): boolean {
  let lastGoodMs = samples[0]?.dueMs ?? 0;
  for (const { dueMs, ok } of samples) {
    if (dueMs - lastGoodMs > SILENT_MS) return true;
    if (ok) lastGoodMs = dueMs;
  }
  return false;
}
