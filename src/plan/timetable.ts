import type { Guard, Objective, Probe, Reference, Service, Site, Steady, StoryTime } from '../scenario/scenario.js';

/**
 * A drill worked out to the last unit: what exists, what happens when, what undoes it. Plain data, so that it can stand
 * at the head of a journal and the journal can be judged alone.
 */
export interface Plan {
  readonly name: string;
  readonly about: string;
  readonly begins: StoryTime;
  readonly durationMs: number;
  /** How long nothing must have changed before the story jumps to just before what comes next; absent: it never jumps. */
  readonly settleMs?: number;
  readonly network: string | null;
  /** How long the kernel keeps a network fault when nothing of the drill is alive any more. */
  readonly leaseMs: number;
  readonly sites: readonly Site[];
  readonly services: readonly Service[];
  readonly units: readonly Unit[];
  /** In an order in which every service comes after those it needs; services of one wave start together. */
  readonly startWaves: readonly (readonly string[])[];
  readonly probes: readonly Probe[];
  readonly steady: Steady;
  readonly objectives: readonly Objective[];
  readonly guard: Guard;
  /** What was documented of the real outage; absent where nothing was. */
  readonly references?: readonly Reference[];
  readonly faults: readonly Fault[];
  /** In the order of time; one Moment for everything that shares an instant. */
  readonly moments: readonly Moment[];
  /** In the order of time; absent: there is none. */
  readonly runbooks?: readonly Runbook[];
}

/** What people and automation do from an instant on, one step after another. */
export interface Runbook {
  readonly atMs: number;
  readonly steps: readonly RunbookStep[];
}

/** One step of a runbook; it is done as soon as what it runs from and what it needs are able, and waits while they are not. */
export interface RunbookStep {
  /** `r1.2`, unique in the plan. */
  readonly id: string;
  readonly title: string;
  readonly by: 'automation' | 'person';
  /** The unit from which it is done, or null. */
  readonly runsFrom: string | null;
  /** Services without which it cannot be done. */
  readonly needs: readonly string[];
  readonly decideMs: number;
  readonly takesMs: number;
  /** null: it takes its time, and is done. `steps` are those that a restore undoes as far as they are open then, or a start. */
  readonly does:
    | { readonly kind: 'exec'; readonly command: readonly string[] }
    | { readonly kind: 'restore' | 'start'; readonly steps: readonly string[] }
    | { readonly kind: 'confirm'; readonly probe: string }
    | null;
}

/** One container: a service's instance at a site. */
export interface Unit {
  /** `db-pangyo`, `db-pangyo-2`, or the bare service's name for a single unit outside of all sites. */
  readonly name: string;
  readonly service: string;
  readonly site: string | null;
  /** It is made and not started until somebody does; absent: it starts with the drill. */
  readonly spare?: true;
}

/** One incident as it was written, with what it came to. */
export interface Fault {
  /** `f1`, `f2`, … in the order of time. */
  readonly id: string;
  /** `power-loss pangyo`, the words of the report. */
  readonly title: string;
  readonly kind: string;
  readonly atMs: number;
  readonly steps: readonly Step[];
}

/** One verb on one unit. */
export interface Step {
  /** `f1.1`, unique in the plan. */
  readonly id: string;
  readonly fault: string;
  readonly unit: string;
  readonly action: Action;
}

/** All that an engine knows. A new verb is a compile error in every engine until it has it. */
export type Action =
  /** Silence and standstill from one instant; undone by a cold start: memory is lost, volumes kept or destroyed. */
  | { readonly verb: 'power-off'; readonly volumes: 'kept' | 'destroyed' }
  /**
   * SIGKILL to PID 1 from outside, or to those of its processes that run a program; the restart policy applies. Undone by
   * starting the unit where it is not running.
   */
  | { readonly verb: 'kill'; readonly program?: string }
  /** SIGTERM, then SIGKILL after the grace; the restart policy does not apply. Undone by starting the unit. */
  | { readonly verb: 'stop'; readonly graceMs: number }
  /** Paused where it stands, memory kept. Undone by going on. */
  | { readonly verb: 'freeze' }
  /**
   * Packets from and to these units are lost without a trace; `in`: only those that come, `out`: only those that go. `outside`
   * among them is everything that is no unit.
   */
  | { readonly verb: 'isolate'; readonly from: readonly string[]; readonly direction: 'both' | 'in' | 'out' }
  /**
   * Packets that go to these units are late, lost or throttled; what steps of one fault send to the same units shares one
   * bandwidth. With `outside` among them, everything that is no unit, so are those that come from there, but not throttled.
   */
  | {
      readonly verb: 'shape';
      readonly to: readonly string[];
      readonly latencyMs: number;
      readonly jitterMs: number;
      readonly loss: number;
      readonly bandwidthBps: number | null;
    };

/** What happens at one instant, together. Cures come before faults. */
export interface Moment {
  readonly atMs: number;
  /** What the timetable says, such as `power-loss pangyo` or `restore pangyo (wave 1 of 3)`. */
  readonly title: string;
  /** Ids of the steps that are undone. */
  readonly cures: readonly string[];
  readonly steps: readonly Step[];
}
