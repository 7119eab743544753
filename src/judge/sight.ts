import type { Sample } from '../journal/journal.js';

/** From a probe's first failed sample to its next stable window. */
export interface Outage {
  /** The first failed sample in the order in which they were due. */
  readonly first: Sample;
  /** The service was still down at this story instant: a sample sent then failed. */
  readonly downMs: number;
  /** The service was back by this story instant; null when no stable window followed. */
  readonly backMs: number | null;
  /** Good samples at the end of an outage that no stable window ended. */
  readonly goodAtEnd: number;
}

/** What one probe saw of one fault. */
export interface Sight {
  /** Samples that ended before the fault took hold. */
  readonly before: readonly Sample[];
  /** Samples that ended after the fault took hold, in the order in which they were due. */
  readonly seen: readonly Sample[];
  /** The end of the first failed sample, or null when none failed before the next fault. */
  readonly failedMs: number | null;
  /** The outages that began before the next fault; the first is the fault's own, the others are relapses. */
  readonly outages: readonly Outage[];
  /** The probe was not stable when the fault took hold. */
  readonly alreadyDown: boolean;
  /** No sample failed, and so many were good from the start that they make a stable window. */
  readonly neverFailed: boolean;
}
