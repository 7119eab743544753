/** Why each probe was away for as long as it was; published as schema/explanation.json. */
export interface Explanation {
  readonly format: 1;
  readonly scenario: string;
  readonly engine: string;
  readonly measured: boolean;
  readonly drill: string;
  readonly seed: number;
  /** Faults in the order of time, for each of them the probes in the order of the plan. */
  readonly recoveries: readonly ExplainedRecovery[];
}

/** One probe after one fault. */
export interface ExplainedRecovery {
  readonly probe: string;
  /** `power-loss pangyo @15:30:00`, as in a verdict. */
  readonly fault: string;
  /** Story seconds after `begins` at which the fault took hold, the middle where that is an interval. */
  readonly heldAt: number;
  readonly came: 'back' | 'never failed' | 'not back' | 'unknown';
  /** Seconds from the fault to the first good look of the stable window, as the verdict has them; of what is not back, so far. */
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** The judge's own sentence on this recovery. */
  readonly because: string;
  /** The critical path of what came back, in the order of time; each begins where the one before ends. They add up to `value`. */
  readonly stretches: readonly Stretch[];
  /** Of what is not back: what still stood in its way when the drill ended, as far as the journal tells. */
  readonly standing: readonly string[];
}

/** A part of the critical path: while this lasted, nothing else could have brought the probe back. */
export interface Stretch {
  /** Seconds after the fault, to the microsecond. */
  readonly from: number;
  readonly to: number;
  readonly seconds: number;
  /** `no power at pangyo`. */
  readonly what: string;
  /** What waited for it, so that this was in the way: `text waiting: failover-controller is only at pangyo`. */
  readonly why: readonly string[];
  /** How the looks failed meanwhile, `timeout (9), then http 503 (213)`, where the journal has no events; else null. */
  readonly looks: string | null;
  /** Of `seconds`, what the story jumped over, because nothing changed any more. */
  readonly skipped: number;
}
