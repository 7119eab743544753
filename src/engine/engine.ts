import type { Plan, Step } from '../plan/plan.js';
import type { Probe } from '../scenario/scenario.js';

/** What happened to one step or to its cure. */
export interface Effect {
  /** The step's id. */
  readonly step: string;
  /** It took hold no earlier than `fromMs` and no later than `toMs` on the drill's clock. */
  readonly fromMs: number;
  readonly toMs: number;
  /** The engine's kernel had it happen at its instant: what is not known is only how that clock and the drill's agree. */
  readonly timed?: 'kernel';
  /** Why it did not take hold, as one sentence, or null. */
  readonly error: string | null;
  /** With an `error`: there was nothing on which it could act, so nothing of it is there to be undone. */
  readonly untouched?: true;
  /** Of a power loss: between these two the last instruction of the unit's processes ran; absent where nobody knows. */
  readonly halted?: Stretch;
  /** Of a stop: when the unit's process ended, and how; null: it was not seen to end. */
  readonly ended?: Ended | null;
  /** It took hold, or is undone, but not as it should be: one sentence for the reader of the report. */
  readonly warning?: string;
}

/** An instant that is known to lie between two, on the drill's clock. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

/** When a process ended that was asked to, and whether it had to be killed. */
export interface Ended extends Stretch {
  readonly by: 'itself' | 'SIGKILL';
}

/** Hears what happened to one step or to its cure. */
export type Tell = (effect: Effect) => void;

/** What one look at a service gave. */
export interface Reading {
  readonly ok: boolean;
  /** Why it was not good, in a few words that group well (`timeout`, `refused`, `reset`, `http 503`), or null. */
  readonly error: string | null;
  /** Nobody looked, for a reason on our side, which `error` says: neither good nor bad, and `ok` is false. */
  readonly hole?: true;
}

/** One ledger's way to what it writes to: a bounded number of connections, kept and used again. */
export interface Book {
  /**
   * Writes this number, once; resolves by the deadline; never rejects. Not good with `no connection`: it was never sent, since
   * all connections were busy until then. A hole was never sent either, unless its words are among `OPEN_FATES`.
   */
  write(number: number, deadlineMs: number): Promise<Reading>;
  /** The numbers that a place shows, at least those from `since` on, in the order of its store; never rejects. */
  list(place: Place, since: number, deadlineMs: number): Promise<Listing>;
  /** Closes every connection. */
  close(): void;
}

/** Where a ledger is read back. */
export type Place = NonNullable<Probe['ledger']>['readFrom'][number];

/** What a place showed, or why it showed nothing. */
export interface Listing {
  readonly numbers: readonly number[];
  readonly error: string | null;
}

/** What looks at a probe's service get, one like the other, from one instant until it changes. */
export interface Outlook {
  /** At least 19 of 20 looks are good. */
  readonly ok: boolean;
  /** Why the others are not, as in a reading; null when `ok`. */
  readonly error: string | null;
  /** The share of good ones, 0 to 1. */
  readonly share: number;
  /** How long a good answer takes, a bad one where none is good; where none comes, the probe's timeout. */
  readonly latencyMs: number;
  /** How long a bad one takes. */
  readonly failedMs: number;
}

/** Something changed in a simulated world; `kind`, `state` and `because` are as in the journal's events. */
export interface WorldChange {
  readonly id: number;
  readonly atMs: number;
  readonly kind: 'fault' | 'site' | 'group' | 'service' | 'step' | 'probe';
  readonly name: string;
  readonly state: string;
  readonly because: readonly number[];
  readonly detail: string | null;
}

/** Writes that a service had acknowledged and has no more: those of the last `ageMs` before `untilMs`. */
export interface LostWrites {
  readonly service: string;
  readonly atMs: number;
  readonly untilMs: number;
  /** Infinity: all there ever were. */
  readonly ageMs: number;
}

/** Who is told what would be seen. All instants are on the engine's clock. */
export interface Onlooker {
  /** From `atMs` on looks of this probe get this: once for each probe at the beginning, then whenever it changes. */
  see(probe: Probe, atMs: number, outlook: Outlook): void;
  hear(change: WorldChange): void;
  lose(loss: LostWrites): void;
  /** Until when it looks on, as far as it knows from what it has seen. */
  untilMs(): number;
}

/** What an engine has that knows when every answer changes, so that nobody needs to look. */
export interface Foresight {
  /** False where answers differ by chance from look to look, as behind a lossy link. */
  knows(plan: Plan): boolean;
  /** Shows these probes to the onlooker from now on, while time passes and while steps are performed and cured. */
  show(probes: readonly Probe[], onlooker: Onlooker): void;
  /** Lets time pass until the onlooker looks on no more; never rejects. */
  pass(): Promise<void>;
  /** Nobody looks on any more. */
  hide(): void;
}

/** What came of a command that was run inside of a unit. */
export interface Executed extends Reading {
  /** The last line that the command wrote, shortened; may be empty. */
  readonly output: string;
}

/** Why a service is not able, of whose units `whys` says why each is not, or null: able is one of which a unit is. */
export function whyServiceUnable(service: string, whys: readonly (string | null)[]): string | null {
  if (whys.includes(null)) return null;
  const known = whys.flatMap((why) => why ?? []);
  if (known.length === 0) return `${service} has no unit`;
  // Each begins with its unit's name; of many that are all alike one is enough.
  const [alike, other] = new Set(known.map((why) => why.replace(/^\S+ /, '')));
  const isAlike = known.length > 1 && other === undefined;
  return `${service} is down: ${isAlike ? `each of its ${known.length} units ${alike}` : known.join(', ')}`;
}

/** Where a unit stands, as told while the topology is raised; and later `lapsed`: a fault on it ended before its cure. */
export interface Progress {
  /** An image, a unit or the network. */
  readonly what: string;
  readonly state: 'building' | 'built' | 'starting' | 'ready' | 'removed' | 'failed' | 'troubled' | 'lapsed';
  /** One line of detail, may be empty. */
  readonly detail: string;
}

/**
 * What was found out about the clocks. `measured`: the engine's time of day is `aheadMs` later than the runner's (negative:
 * earlier), known to `unsureMs`, and the runner's monotonic clock goes faster than the engine's by `fastPpm` parts of a million.
 * `stepped`: a clock moved by `byMs` between two instants of the drill's clock: the engine's time of day, the runner's, or the
 * runner's monotonic clock against the engine's (`between`).
 */
export type ClockNews =
  | { readonly kind: 'measured'; readonly aheadMs: number; readonly unsureMs: number; readonly fastPpm: number }
  | {
      readonly kind: 'stepped';
      readonly whose: 'engine' | 'runner' | 'between';
      readonly byMs: number;
      readonly fromMs: number;
      readonly toMs: number;
    };

/** What an engine is to raise, for whom, and where it tells how far it is. */
export interface Raise {
  readonly plan: Plan;
  /** Everything made carries the label `firedrill.drill=<drill>`. */
  readonly drill: string;
  /** Further labels, so that a drill that nobody runs any more can be found and told: who ran it, where its journal is. */
  readonly labels?: Readonly<Record<string, string>>;
  tell(progress: Progress): void;
  /** Is told how the clocks stand when the topology does, at the end, and of every step between; absent: nobody asks. */
  tellClocks?(news: ClockNews): void;
  readonly signal: AbortSignal;
}

/** What stands on an engine, by name (`container web`, `rules of db-pangyo`), each with what must not change unnoticed. */
export type Census = Readonly<Record<string, string>>;

/** How the names in a census begin of what the kernel holds of a unit, which end with the unit's own. */
export const RULES = 'rules and queues of ';

/** What one census has and the other has not, or has differently: a sentence each, in the order of names. */
export function compareCensus(before: Census, after: Census): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.flatMap((name) => {
    const [was, is] = [before[name], after[name]];
    if (was === is) return [];
    if (was === undefined) return [`${name} was not there before: ${is}`];
    return [is === undefined ? `${name} is gone; it was: ${was}` : `${name} was: ${was}; it is: ${is}`];
  });
}

/** Something that no drill made changed, or a helper of the drill that stands, though not by the drill; as the engine tells of it. */
export interface Stir {
  /** As a census names it: `container web`. */
  readonly thing: string;
  /** What became of it, as in a sentence about it: `died`, `was started`. */
  readonly change: string;
  /** It was so already when the watching began. */
  readonly already: boolean;
  /** It is something by which the engine acts on the drill's units. */
  readonly isHelper: boolean;
}

/**
 * The port between what a drill wants and what makes it happen. All instants are on the clock that the engine was made
 * with. A factory per engine returns it; `measured` is false for everything that is simulated.
 */
export interface Engine {
  /** With its version, as in every report: `docker 20.10.24` or `sim`. */
  readonly name: string;
  readonly measured: boolean;
  /** Facts about the host worth keeping in the journal. */
  readonly host: Readonly<Record<string, string>>;
  /** How long before its instant a moment of so many steps wants to be announced by `perform` or `cure`. */
  leadMs(steps: number): number;
  /** What the plan needs and this engine cannot do, each as a sentence with its remedy; empty when all is well. Changes nothing. */
  examine(plan: Plan): Promise<readonly string[]>;
  /**
   * Has every image of the plan built or pulled, so that `raise` need not; an engine without this needs none.
   * @throws EnvironmentError when one cannot be had, and when `signal` aborts.
   */
  fetch?(wanted: Pick<Raise, 'plan' | 'tell' | 'signal'>): Promise<void>;
  /**
   * Makes the whole topology and waits until every unit is ready.
   * @throws EnvironmentError when an image, a unit or the network cannot be had. What was made by then is left to `lower`.
   */
  raise(raise: Raise): Promise<void>;
  /**
   * Makes the steps happen together at `atMs` (at once when that is past). Resolves when all took hold or failed, with one
   * effect a step; never rejects. `tell` is told each effect as soon as it is known, and before that of the slowest; what is
   * known only later of one, such as when its process ended, is in the effect with which it resolves.
   */
  perform(steps: readonly Step[], atMs: number, tell?: Tell): Promise<readonly Effect[]>;
  /** Undoes steps at `atMs`, whether or not they took hold; idempotent; tells as `perform` does; never rejects. */
  cure(steps: readonly Step[], atMs: number, tell?: Tell): Promise<readonly Effect[]>;
  /** Absent where nobody knows what will be seen but by looking. */
  readonly foresight?: Foresight;
  /** Looks once, as the `count`-th look of this probe; resolves by `deadlineMs`; never rejects. */
  read(probe: Probe, count: number, deadlineMs: number): Promise<Reading>;
  /**
   * When a unit is ready, by its readiness, after what brings it back and began at `sinceMs` or later, be it a cure or its
   * restart policy: not before `fromMs` and by `toMs`. Resolves then, or with null when `signal` aborts; never rejects. An
   * engine without this does not know.
   */
  whenReady?(unit: string, sinceMs: number, signal: AbortSignal): Promise<Pick<Effect, 'fromMs' | 'toMs'> | null>;
  /** The book of a probe with a ledger; an engine without this writes none, and looks at such a probe like at any other. */
  openBook?(probe: Probe): Book;
  /**
   * Why nothing can be done at a unit, or with a service of which no unit is able, as a sentence; null when something can.
   * Never rejects.
   */
  whyUnable(name: string): Promise<string | null>;
  /** Runs a command inside of a unit, once; resolves by `deadlineMs`, with what was wrong; never rejects. */
  execute(unit: string, command: readonly string[], deadlineMs: number): Promise<Executed>;
  /**
   * Takes up a drill whose runner is gone, as it stands; false when nothing of it is there. Then `cure` and `lower` work on
   * it; without a plan, because its journal is lost, only `lower` does.
   */
  adopt(drill: string, plan: Plan | null): Promise<boolean>;
  /**
   * What stands on this engine: everything that no drill made (with `bystanders` only this), everything of the drill that
   * is raised or adopted, and of its units the kernel's rules and queues. @throws when the engine does not answer.
   */
  census(of?: 'bystanders'): Promise<Census>;
  /**
   * Tells of everything that happens to what no drill made, and of harm to its own helpers, until `over` aborts; it may miss something while the engine is
   * in trouble, which a census then shows. Never rejects. An engine without this tells nothing.
   */
  watchBystanders?(hear: (stir: Stir) => void, over: AbortSignal): Promise<void>;
  /**
   * Whether something that this engine was asked to do named this thing of a census, so that a change of it may be ours. An
   * engine without this does not know, and everything may be.
   */
  hasTouched?(thing: string): boolean;
  /** Removes everything that `raise` made; returns what is left, by name; never rejects; may be called twice. */
  lower(tell: (progress: Progress) => void): Promise<readonly string[]>;
}
