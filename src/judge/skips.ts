/** A part of the story that was jumped over because nothing changed, in story milliseconds. */
export interface Skip {
  readonly fromMs: number;
  readonly toMs: number;
}

/** How much of the story between two instants was skipped, in milliseconds. */
export function skippedBetween(skips: readonly Skip[], fromMs: number, toMs: number): number {
  return skips.reduce((sum, skip) => sum + Math.max(0, Math.min(toMs, skip.toMs) - Math.max(fromMs, skip.fromMs)), 0);
}
