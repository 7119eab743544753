import type Docker from 'dockerode';
import { type Clock, epochOfTime } from '../../clock.js';
import type { Stir } from '../engine.js';
import { HELPERS, LABEL } from './api.js';
import type { Touches } from './touches.js';

/** What is known of the things on an engine that no drill made. */
export interface Bystanders {
  /** A census found this thing under this id; of a container also what Docker says of it. */
  meet(thing: string, id: string, facts?: Docker.ContainerInspectInfo): void;
  /** See the port. */
  hasTouched(thing: string): boolean;
  /** See the port. */
  watch(hear: (stir: Stir) => void, over: AbortSignal): Promise<void>;
}

/** An event as Docker's stream has it, as far as anybody here needs it. */
interface DockerEvent {
  readonly Type?: string;
  readonly Action?: string;
  readonly Actor?: { readonly ID?: string; readonly Attributes?: Readonly<Record<string, string>> };
  readonly timeNano?: number;
}

/** What becomes of a container, a network or a volume, by Docker's word for it. */
const CHANGES: Readonly<Record<string, string>> = {
  ...{ create: 'was made', start: 'was started', die: 'died', destroy: 'was removed' },
  ...{
    pause: 'was paused',
    unpause: 'went on',
    rename: 'was renamed',
    update: 'was changed',
    oom: 'ran out of memory',
  },
  ...{ 'health_status: healthy': 'became healthy', 'health_status: unhealthy': 'became unhealthy' },
};

/** What nobody does to a helper before the drill's end. */
const HARMS = ['die', 'pause', 'destroy'];

/** More names than these are not kept: what comes and goes on a busy engine is nobody that was there before. */
const MOST_THINGS = 5000;
/** What is made anew under the same name all the time. */
const MOST_IDS = 100;
const LONGEST_EVENT = 65_536;
const PAUSE_MS = 1000;
const RECENT_MS = 600_000;

/** What is known of bystanders: nothing until a census was taken. `ownDrill` is the drill that stands, whose helpers are heard too. */
export function makeBystanders(
  docker: Docker,
  clock: Clock,
  touches: Touches,
  ownDrill: () => string | null,
): Bystanders {
  const ids = new Map<string, Set<string>>();
  const first = new Map<string, string>();
  const restarting = new Map<string, number>();
  const meet = (thing: string, id: string) => {
    const known = ids.get(thing);
    if (known === undefined && ids.size >= MOST_THINGS) return;
    if (known !== undefined && known.size >= MOST_IDS) return;
    ids.set(thing, (known ?? new Set()).add(id));
    if (!first.has(id)) first.set(id, thing);
  };
  return {
    meet(thing, id, facts) {
      meet(thing, id);
      const nowMs = clock.epochOf(clock.now());
      if (facts !== undefined && isRestarting(facts, nowMs)) restarting.set(thing, facts.RestartCount);
    },
    hasTouched(thing) {
      const name = thing.replace(/^\w+ /, '');
      return touches.has(name) || [...(ids.get(thing) ?? [])].some(touches.has);
    },
    async watch(hear, over) {
      for (const [thing, count] of restarting) {
        hear({
          thing,
          change: `was restarting already before the drill (${count} times by then)`,
          already: true,
          isHelper: false,
        });
      }
      let since: number | null = null;
      while (!over.aborted) {
        await followEvents(docker, since, over, (event) => {
          since = Math.max(since ?? 0, event.timeNano ?? 0);
          const stir = stirOf(event, (thing) => ids.has(thing), ownDrill());
          if (stir === null) return;
          const id = event.Actor?.ID ?? '';
          if (stir.isHelper) {
            // Through one that stands still half of a fault would come, and no cure.
            if (event.Action === 'pause') void wake(docker, id);
            return hear(stir);
          }
          meet(stir.thing, id);
          // Whoever is renamed is still the same.
          hear({ ...stir, thing: first.get(id) ?? stir.thing });
        });
        await clock.sleepUntil(clock.now() + PAUSE_MS, over);
      }
    },
  };
}

/** Whether its restart policy has been at it lately: between two of its deaths it looks as if it ran. */
function isRestarting({ State, RestartCount, HostConfig }: Docker.ContainerInspectInfo, nowMs: number): boolean {
  if (State.Restarting) return true;
  const policy = HostConfig.RestartPolicy?.Name ?? '';
  return policy !== '' && policy !== 'no' && RestartCount > 0 && nowMs - epochOfTime(State.StartedAt) < RECENT_MS;
}

/** Hears events until the stream ends, whoever ends it; never rejects, and keeps no more than one event. */
async function followEvents(
  docker: Docker,
  since: number | null,
  over: AbortSignal,
  hear: (event: DockerEvent) => void,
): Promise<void> {
  const filters = { type: ['container', 'network', 'volume'], event: [...new Set(Object.keys(CHANGES).map(wordOf))] };
  const from = since === null ? {} : { since: secondsOf(since) };
  try {
    const stream = await docker.getEvents({ filters, ...from, abortSignal: over } as Docker.GetEventsOptions);
    let rest = '';
    for await (const chunk of stream) {
      const lines = (rest + String(chunk)).split('\n');
      rest = (lines.pop() ?? '').slice(0, LONGEST_EVENT);
      for (const line of lines) hear(parseEvent(line));
    }
  } catch {
    // What was missed meanwhile is seen by comparing.
  }
}

async function wake(docker: Docker, id: string): Promise<void> {
  await docker
    .getContainer(id)
    .unpause()
    .catch(() => {});
}

/** Docker's filter knows a change of health without the health. */
function wordOf(action: string): string {
  return action.replace(/:.*/, '');
}

/** The first instant after this one that Docker's `since` can tell from it, which takes seconds with a fraction. */
function secondsOf(nanoseconds: number): string {
  const after = BigInt(nanoseconds) + 1000n;
  return `${after / 1_000_000_000n}.${String(after % 1_000_000_000n).padStart(9, '0')}`;
}

function parseEvent(line: string): DockerEvent {
  try {
    return (JSON.parse(line) ?? {}) as DockerEvent;
  } catch {
    return {};
  }
}

/**
 * What an event tells of a bystander, or of a helper of the drill `own` that nobody may touch while it stands; null when it
 * tells nothing, is of a drill, or of a step of an image that is built.
 */
export function stirOf(
  { Type, Action, Actor }: DockerEvent,
  isKnown: (thing: string) => boolean,
  own: string | null,
): Stir | null {
  const change = CHANGES[Action ?? ''];
  const { name = Actor?.ID ?? '', image = '', ...labels } = Actor?.Attributes ?? {};
  const thing = `${Type} ${name}`;
  if (change === undefined || name === '') return null;
  const [drill, role = ''] = [labels[LABEL.drill], labels[LABEL.role]];
  if (drill !== undefined && drill === own && HELPERS.includes(role) && HARMS.includes(Action ?? '')) {
    return { thing, change, already: false, isHelper: true };
  }
  if (drill !== undefined || role === 'examination') return null;
  // These events have no labels, and a volume that nobody knew belongs to a container that somebody made.
  if (Type !== 'container' && /^firedrill-d-/.test(name)) return null;
  if (Type === 'volume' && !isKnown(thing)) return null;
  if (Type === 'container' && !isKnown(thing) && /^sha256:[0-9a-f]{64}$/.test(image)) return null;
  return { thing, change, already: false, isHelper: false };
}
