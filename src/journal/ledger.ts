/** Numbers from the first to the last, both included. */
export type Range = readonly [from: number, to: number];

/** Writes whose numbers follow each other and whose fate was the same; write `from + i` was due `i` periods after `dueMs`. */
export type WriteRun = readonly [
  from: number,
  to: number,
  /** When the first was due. */
  dueMs: number,
  /** How long after each was due its fate was known, at most (milliseconds). */
  withinMs: number,
  /** Why it was not acknowledged: `timeout` may have been stored all the same; absent: acknowledged. */
  error?: string,
];

/** What became of a ledger's writes, kept outside of all sites: at most one entry a second. */
export interface LedgerEntry {
  readonly entry: 'ledger';
  readonly probe: string;
  readonly perSecond: number;
  readonly runs: readonly WriteRun[];
}

/**
 * What one place shows of a ledger: `present` are the numbers from `since` on that it has, in the order of numbers. A look
 * that shows all that was acknowledged is only counted, unless it is the last one or the first after one that did not.
 */
export interface RecallEntry {
  readonly entry: 'recall';
  readonly probe: string;
  /** The unit that was asked. */
  readonly place: string;
  readonly sentMs: number;
  readonly tookMs: number;
  /** True for the place's last one, after everything was cured and had its time to settle. */
  readonly final: boolean;
  /** So many looks at this place came between its entry before this one and this one, and showed everything. */
  readonly whole: number;
  /** Why nothing could be read; null: it could. */
  readonly error: string | null;
  readonly since: number;
  readonly present: readonly Range[];
  /** Of the last one: what is there more than once, and how many times. */
  readonly again: readonly (readonly [from: number, to: number, times: number])[];
  /** Of the last one: what the store has after a write with a greater number, and the greatest such number. */
  readonly behind: readonly (readonly [number: number, after: number])[];
}

/** A simulated ledger: what was lost is worked out and not read back; one entry a ledger, also where nothing was lost. */
export interface LossEntry {
  readonly entry: 'loss';
  readonly probe: string;
  readonly acknowledged: number;
  /** Acknowledged and gone, in the order of numbers. */
  readonly lost: readonly Range[];
  /** From the acknowledgement of the oldest lost write to the fault that took it; 0 when none is lost. */
  readonly oldestMs: number;
}

/** When a unit that a fault took away was ready again: not before `lowMs`, and by `highMs`; null: not before the story ended. */
export interface ReadyEntry {
  readonly entry: 'ready';
  readonly unit: string;
  readonly lowMs: number;
  readonly highMs: number | null;
  /** The steps that took it away since it was last seen ready, of which this is the end; absent in old journals. */
  readonly after?: readonly string[];
}

/** What firedrill itself needed from the story's beginning to its end, so that a reader knows whether it was in its own way. */
export interface EffortEntry {
  readonly entry: 'effort';
  readonly spanMs: number;
  /** Processor time of the whole process; null: not known. */
  readonly cpuMs: number | null;
  /** How late the ledgers' writes were sent, all together; null: there is no ledger. */
  readonly lagMs: { readonly p50: number; readonly p99: number; readonly max: number } | null;
}
