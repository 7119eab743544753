import type { Sample } from '../journal/journal.js';
import type { Probe } from '../scenario/scenario.js';
import { append, attempt, type Run } from './run.js';

/** Counts the looks of a story that could not be made for a reason on our side. */
export interface Unmade {
  take(probe: Probe, sample: Sample): void;
  /** Writes a warning for each probe that has any: how many, and why. */
  end(): void;
}

/** A count that begins at nothing. */
export function countUnmade(run: Run): Unmade {
  const counts = new Map<Probe, Map<string, number>>();
  return {
    take(probe, { hole, error }) {
      if (hole !== true) return;
      const own = counts.get(probe) ?? new Map<string, number>();
      counts.set(probe, own);
      const why = error ?? 'no reason is known';
      own.set(why, (own.get(why) ?? 0) + 1);
    },
    end() {
      for (const [probe, whys] of counts) {
        const message = describeUnmade(probe.name, whys);
        attempt(run, () => append(run, { entry: 'warning', message }));
      }
    },
  };
}

const MOST_WHYS = 5;

function describeUnmade(probe: string, whys: ReadonlyMap<string, number>): string {
  const total = [...whys.values()].reduce((sum, count) => sum + count, 0);
  const sorted = [...whys].sort(([, a], [, b]) => b - a);
  const [first] = sorted;
  const told = sorted.slice(0, MOST_WHYS).map(([why, count]) => `${count} × ${why}`);
  const more = sorted.length > MOST_WHYS ? ', and others' : '';
  const because = sorted.length === 1 ? first?.[0] : `${told.join(', ')}${more}`;
  return `${probe}: ${total} look${total === 1 ? '' : 's'} could not be made: ${because}; they count neither as good nor as bad`;
}
