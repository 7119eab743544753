/**
 * A length of time that is known (milliseconds), or from what it is drawn: evenly between two, log-normally by its median and
 * the time that one in twenty exceeds, or exponentially with this mean.
 */
export type Spread =
  | number
  | { readonly fromMs: number; readonly toMs: number }
  | { readonly p50Ms: number; readonly p95Ms: number }
  | { readonly meanMs: number };

/** How the simulated engine plays a service; every field has a default, and one that is absent was not written. */
export interface Model {
  /** From power, or from the hand of the crew, until a server answers. */
  readonly bootMs: Spread;
  /** How long clients of this service keep sending to a unit that is gone. */
  readonly noticeMs: number;
  /**
   * `any`: each unit serves alone. `leader`: one takes the writes, another takes over while a majority lives; any copy reads.
   * `standby`: one does everything, another takes over, for which no majority is needed.
   */
  readonly role: 'any' | 'leader' | 'standby';
  /** From when a takeover is possible until another leads. */
  readonly takeoverMs: Spread;
  /** Time to answer when all is well. */
  readonly latencyMs: number;
  /** How many servers a unit stands for, or how many at each site (`outside` too); absent: 1. */
  readonly servers?: number | Readonly<Record<string, number>>;
  /** `manual`: each server waits for the crew of its site; absent: it boots by itself. */
  readonly start?: 'automatic' | 'manual';
  /** The service without which nobody takes over. */
  readonly controller?: string;
  /** Those of `needs` that count only at the unit's own site. */
  readonly needsHere?: readonly string[];
  /** Those of `needs` without which it is slower by `slowerMs` and not down. */
  readonly needsSoftly?: readonly string[];
  readonly slowerMs?: number;
  /** With fewer units up than these, the service answers nothing. */
  readonly quorum?: number;
  /** Requests a second that one server answers; what is asked beyond is shed. Stands together with `demand`. */
  readonly capacity?: number;
  /** Requests a second that the users of the whole service ask. */
  readonly demand?: number;
  /** When the service comes back it is asked `factor` times as much, of which the excess halves in each `halfLifeMs`. */
  readonly reconnect?: { readonly factor: number; readonly halfLifeMs: number };
  /** What a unit reads and writes after its boot before it answers. */
  readonly repair?: { readonly bytes: number; readonly bytesPerSecond: number };
  /**
   * `async`: a copy that takes over lacks what it did not get, and the `lagMs` before. `sync`: a write waits where copies live
   * and none is in reach, and no copy takes over that lacks any. Absent: nothing is lost and nothing waits.
   */
  readonly replication?: 'sync' | 'async';
  readonly lagMs?: Spread;
  /** How long a leader without a majority goes on taking writes, at most until another leads. Absent: not at all. */
  readonly stepDownMs?: Spread;
  /** Services without which a unit neither boots nor takes over. */
  readonly tools?: readonly string[];
}

/** How the simulated engine plays a site; what is absent was not written. */
export interface SiteModel {
  /** Which share (0 to 1) of the site's servers has power so long after its restore, from the first to the last step. */
  readonly power?: readonly { readonly afterMs: number; readonly share: number }[];
  /** Who is given power first: services as they stand in the file, or all of them evenly; absent: as in the file. */
  readonly powerOrder?: 'file' | 'evenly';
  /** Who boots servers by hand: so many people, each server taking one of them so long. */
  readonly crew?: { readonly people: number; readonly eachMs: Spread };
  /** The service by which people notice; absent: they do without. */
  readonly monitoring?: string;
  /** From the outage until people notice it while the monitoring is up, and while it is not. Absent: at once. */
  readonly noticeMs?: Spread;
  readonly blindMs?: Spread;
  /** From noticing until it is decided what to do, and from then until the crew has access. Absent: at once. */
  readonly decideMs?: Spread;
  readonly accessMs?: Spread;
}

/** What was documented of the real outage, to be set beside what the drill gives. */
export interface Reference {
  /** A probe as the author wrote it. */
  readonly probe: string;
  readonly measure: 'detect' | 'recover' | 'availability' | 'lose';
  /** From `low` to `high`, mostly the same, in seconds (detect, recover), percent (availability) or writes (lose). */
  readonly low: number;
  readonly high: number;
  /** Whether it was looked at when the assumptions of the model were chosen: then it proves nothing. */
  readonly used: boolean;
  /** Where it was published. */
  readonly source: string;
}
