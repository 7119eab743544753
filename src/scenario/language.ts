import type { Model, Reference, SiteModel } from './model.js';

/**
 * A scenario as the rest of firedrill sees it: read, validated, every duration in milliseconds, every instant an offset
 * from the beginning of the drill. Made only by `readScenario`.
 */
export interface Scenario {
  readonly name: string;
  /** What the drill teaches; may be empty. */
  readonly about: string;
  /** The story's own time at the beginning of the drill. */
  readonly begins: StoryTime;
  /** How long the drill runs, from `begins` to `ends`. */
  readonly durationMs: number;
  /** With `pace: skip-idle`, how long nothing must have changed before the story jumps on; null: it never jumps. */
  readonly settleMs: number | null;
  /** The drill's network as IPv4 CIDR, or null when the engine may choose a free one. */
  readonly network: string | null;
  /** How long the kernel keeps a network fault when nothing of the drill is alive any more, 5 s to 10 min. */
  readonly leaseMs: number;
  readonly sites: readonly Site[];
  readonly services: readonly Service[];
  readonly probes: readonly Probe[];
  /** The gate before the story begins. */
  readonly steady: Steady;
  readonly objectives: readonly Objective[];
  /** What stops the drill by itself. */
  readonly guard: Guard;
  /** What was documented of the real outage; empty when nothing was written. */
  readonly references: readonly Reference[];
  /** In the order of time; equal times in the order of the file. */
  readonly timeline: readonly Happening[];
  /** Where a path of the document stands in the file, for errors found by later rooms. */
  locate(path: readonly (string | number)[]): { file: string; line: number; col: number };
}

/** A time of day, or a full date and time when the drill is a reproduction. */
export interface StoryTime {
  /** `null` for a bare time of day, else `2022-10-15`. */
  readonly date: string | null;
  /** Milliseconds since midnight of the story's own time zone. */
  readonly ofDayMs: number;
}

/** A place that fails alone: a data centre, a zone, a room. */
export interface Site {
  readonly name: string;
  /** The site's slice of addresses as IPv4 CIDR, or null when the engine may choose. */
  readonly addresses: string | null;
  /** How the simulated engine plays it; absent where nothing was written. */
  readonly model?: SiteModel;
}

/** What runs under one name, and where. */
export interface Service {
  readonly name: string;
  /** At most one of `build` (a folder relative to the scenario) and `image` (a name) is set; without both it can only be simulated. */
  readonly build: string | null;
  readonly image: string | null;
  /** Replaces the image's command; null keeps it. */
  readonly command: readonly string[] | null;
  readonly environment: Readonly<Record<string, EnvironmentValue>>;
  /** How many units at each site; the site `null` is outside of all sites, where users are. */
  readonly at: readonly { readonly site: string | null; readonly count: number }[];
  /** The sites of `at` where its units are made and not started until somebody does; absent: none. */
  readonly spare?: readonly (string | null)[];
  readonly restart: 'no' | 'on-failure' | 'always' | 'unless-stopped';
  /** Paths inside the unit that outlive its container. */
  readonly volumes: readonly string[];
  /** Services that must be ready before this one starts, and that it needs to answer. Free of cycles. */
  readonly needs: readonly string[];
  readonly ready: Readiness | null;
  /** What one unit may use; absent: what the machine has. */
  readonly limits?: Limits;
  readonly model: Model;
}

/** Text, or the name of firedrill's own environment variable that has the text when the drill runs: it is never written down. */
export type EnvironmentValue = string | { readonly secret: string };

/** What a unit may use, each null where it is not limited. */
export interface Limits {
  /** Processors, 0.01 and more. */
  readonly cpu: number | null;
  readonly memoryBytes: number | null;
}

/** When a unit counts as ready; a unit that is not within `withinMs` ends the drill before it begins. */
export type Readiness = { readonly withinMs: number } & (
  | { readonly kind: 'http'; readonly port: number; readonly path: string }
  | { readonly kind: 'tcp'; readonly port: number }
  | { readonly kind: 'exec'; readonly command: readonly string[] }
  | { readonly kind: 'health' }
);

/** A user who looks at a service on a fixed schedule. */
export interface Probe {
  readonly name: string;
  /** The site that this probe looks at, or null for the users' view. */
  readonly site: string | null;
  /** The objectives' name: the probe as the author wrote it, before `{site}` made one probe per site. */
  readonly family: string;
  readonly does: 'read' | 'write';
  /** From one look to the next; a fraction of a millisecond where a rate was written. */
  readonly everyMs: number;
  readonly timeoutMs: number;
  /** Looks share connections that stay open, as a pool of clients does; without it each is somebody who has just arrived. */
  readonly reuse?: boolean;
  /** Users who come back all at once when an outage ends; null or absent: they do not. */
  readonly surge?: Surge | null;
  readonly ask: Ask;
  /** Its looks are numbered writes that are read back in the end; absent: nobody keeps count of what it writes. */
  readonly ledger?: Ledger;
}

/** How a probe's writes are numbered, and where they are read back. `{n}` in what the probe asks stands for the number. */
export interface Ledger {
  /** So many writes are due a second, whatever earlier ones are doing; every so many-th of them is one of the probe's samples. */
  readonly perSecond: number;
  /** At most so many connections are open at a time, and kept. */
  readonly connections: number;
  /** Units that serve reads; a port of their own, or null for the one of the probe. At least one. */
  readonly readFrom: readonly { readonly host: string; readonly port: number | null }[];
  /** What lists the numbers in the order of the store: a path, an SQL query, or the words of a command; `{from}` is the least wanted. */
  readonly read: readonly string[];
  /** What is asked once before the first write, such as for the table; null: nothing. */
  readonly make: string | null;
  /** How long after the last cure every place may take to show what it has. */
  readonly settleMs: number;
}

/**
 * `host` is always the name of a unit, or of a service with one unit. `{n}` in a path, body, query or command stands for
 * the count of the look, and `{secret:NAME}` in any text but an exec's for a variable of firedrill's own environment.
 */
export type Ask =
  | {
      readonly kind: 'http';
      readonly method: string;
      readonly host: string;
      readonly port: number;
      readonly path: string;
      readonly body: string | null;
      /** The status that counts as good; null: any from 200 to 399. */
      readonly expect: number | null;
    }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'exec'; readonly host: string; readonly command: readonly string[] }
  | {
      readonly kind: 'postgres';
      readonly host: string;
      readonly port: number;
      readonly user: string;
      readonly password: string;
      readonly database: string;
      readonly query: string;
    }
  | { readonly kind: 'redis'; readonly host: string; readonly port: number; readonly command: readonly string[] };

/** Looks beside the schedule: at first `factor - 1` for each one of it, evenly fewer until none are left after `forMs`. */
export interface Surge {
  readonly factor: number;
  readonly forMs: number;
}

/** Before the first fault, from it until the last cure, after the last cure. */
export type Phase = 'before' | 'during' | 'after';

/** A drill begins only when every probe was good for `forMs` without a break, within `withinMs`. */
export interface Steady {
  readonly forMs: number;
  readonly withinMs: number;
}

/** When a drill goes too far. Probes are families; of a family with several probes each one counts alone. */
export interface Guard {
  /** Stops the drill when such a probe has had no good answer for longer than this. */
  readonly down: readonly { readonly probe: string; readonly limitMs: number }[];
  /** Stops the drill when fewer of such a probe's answers are good, of all since the story began. */
  readonly availability: readonly { readonly probe: string; readonly limitPercent: number }[];
  /** Stops the drill when something on the engine changes that no drill made. */
  readonly bystanders: boolean;
}

/** One number of the SLO, for one family of probes. */
export type Objective = { readonly probe: string } & (
  | { readonly measure: 'detect'; readonly limitMs: number }
  | { readonly measure: 'recover'; readonly limitMs: number }
  | { readonly measure: 'lose'; readonly limitWrites: number }
  /** How much earlier than the fault the oldest lost write may have been acknowledged: `lose` as a duration. */
  | { readonly measure: 'age'; readonly limitMs: number }
  /** From the fault until as many units as before are ready, of this service; absent: of each that the fault hit. */
  | { readonly measure: 'reprotect'; readonly limitMs: number; readonly service?: string }
  /** How long after its acknowledgement a place may answer reads without a write. */
  | { readonly measure: 'stale'; readonly limitMs: number }
  | { readonly measure: 'availability'; readonly limitPercent: number }
  | { readonly measure: 'budget'; readonly targetPercent: number; readonly windowMs: number }
  /** `phase` null or absent: the whole story. */
  | {
      readonly measure: 'latency';
      readonly quantile: 50 | 95 | 99;
      readonly limitMs: number;
      readonly phase?: Phase | null;
    }
  /** Good answers per second from the first fault to the last cure. */
  | { readonly measure: 'goodput'; readonly limitPerSecond: number }
  /** From the last cure until the service is as it was. */
  | { readonly measure: 'settle'; readonly limitMs: number }
);

/** A site, a service, `service@site`, a unit, or (only to restore) the `name:` of an earlier happening, or `all`. */
export type Target = string;

/** One entry of the timeline. */
export interface Happening {
  /** Offset from the beginning of the drill, 0 or more and at most the drill's duration. */
  readonly atMs: number;
  /** The author's own name for it, or null. */
  readonly name: string | null;
  /** It ends by itself after this time, or null. */
  readonly forMs: number | null;
  readonly incident: Incident;
  /** Its index in the file's `timeline`, for `locate(['timeline', index])`. */
  readonly index: number;
}

/** What happens, with every number filled in; targets are as the author wrote them, at least one in each list. */
export type Incident =
  | { readonly kind: 'power-loss'; readonly targets: readonly Target[]; readonly volumes: 'kept' | 'destroyed' }
  | {
      readonly kind: 'crash';
      readonly targets: readonly Target[];
      /** The program whose processes are killed; absent: the first process of each unit. */
      readonly program?: string;
    }
  | { readonly kind: 'stop'; readonly targets: readonly Target[]; readonly graceMs: number }
  | { readonly kind: 'freeze'; readonly targets: readonly Target[] }
  | {
      /** Every group is cut off from every other; `oneWay`: only what goes from the first group to the second is lost. */
      readonly kind: 'partition';
      readonly groups: readonly (readonly Target[])[];
      readonly oneWay: boolean;
    }
  | {
      readonly kind: 'link';
      readonly between: readonly [readonly Target[], readonly Target[]];
      /** Added to each packet, one way. */
      readonly latencyMs: number;
      readonly jitterMs: number;
      /** The share of packets lost, 0 to 1, each way. */
      readonly loss: number;
      /** Bits per second, each way and for each unit; null: unlimited. */
      readonly bandwidthBps: number | null;
    }
  | {
      readonly kind: 'restore';
      readonly targets: readonly Target[];
      /** Services in the order in which they come back; null: all at once. */
      readonly waves: readonly (readonly Target[])[] | null;
      readonly everyMs: number;
      /** What lost its power comes back with empty disks; absent: with what was on them. */
      readonly volumes?: 'destroyed';
    }
  /** Spares are started that were not so far. */
  | { readonly kind: 'start'; readonly targets: readonly Target[] }
  | {
      /** What people and automation do about it, one step after another, from this instant on. */
      readonly kind: 'runbook';
      readonly steps: readonly WrittenStep[];
    };

/** One step of a runbook. */
export interface WrittenStep {
  /** What is to be done, in one line. */
  readonly title: string;
  readonly by: 'automation' | 'person';
  /** The target that stands for the one unit from which it is done, or null. */
  readonly runsFrom: Target | null;
  /** Services without which it cannot be done. */
  readonly needs: readonly string[];
  /** From when it could be done until it is decided to. */
  readonly decideMs: number;
  readonly takesMs: number;
  /** null: it takes its time, and is done. */
  readonly does: RunbookDeed | null;
}

/** What a step of a runbook does; `probe` is a family. */
export type RunbookDeed =
  | { readonly kind: 'exec'; readonly command: readonly string[] }
  | { readonly kind: 'restore'; readonly targets: readonly Target[] }
  | { readonly kind: 'start'; readonly targets: readonly Target[] }
  | { readonly kind: 'confirm'; readonly probe: string };
