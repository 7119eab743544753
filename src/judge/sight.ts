import type { Sample } from '../journal/journal.js';
import type { FaultHistory } from './faults.js';
import type { Hole, Unseen } from './holes.js';

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
  /** Where the next fault came before a stable window was over: how long it had been seen to be good until then; else null. */
  readonly goodForMs: number | null;
  /** The next fault came before it was back, so that nobody can tell how long it would have taken. */
  readonly isOvertaken: boolean;
}

/** A probe was failing when a fault came. */
export interface Unsteadiness {
  readonly sinceMs: number;
  /** The earlier fault that it had not recovered from; null: none had taken hold. */
  readonly of: FaultHistory | null;
  /** All had been well again since then, so that it may be of the fault that came, by another clock. */
  readonly isFresh: boolean;
}

/** What one probe saw of one fault. */
export interface Sight {
  /** Samples that ended before the fault took hold. */
  readonly before: readonly Sample[];
  /** Samples that ended after the fault took hold, in the order of the instants for which they speak. */
  readonly seen: readonly Sample[];
  /** The end of the first failed sample that was sent in time, or null when none failed before the next fault. */
  readonly failedMs: number | null;
  /** No look can have failed earlier than this: where none is missing and none was sent late, it is `failedMs`. */
  readonly failedFromMs: number | null;
  /** The outages that began before the next fault; the first is the fault's own, the others are relapses. */
  readonly outages: readonly Outage[];
  /** null: the probe was good when the fault came, as far as anybody looked. */
  readonly unsteady: Unsteadiness | null;
  /** Nobody looked just before the fault came: whether the probe was good then is not known. */
  readonly unseenBefore: Pick<Hole, 'fromMs' | 'toMs'> | null;
  /** Since when looks were hanging when the next fault came, of which nobody knows what would have become of them; null: none was. */
  readonly hangingMs: number | null;
  /** No sample failed, none was hanging, and so many were good one after another that they make a stable window. */
  readonly neverFailed: boolean;
  /** What no good sample rules out from the fault to the next one, or to the story's end. */
  readonly unseen: readonly Unseen[];
  /** Where looks are missing in that time. */
  readonly holes: readonly Hole[];
}
