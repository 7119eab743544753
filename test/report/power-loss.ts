import type { Entry, FoldedSample } from '../../src/journal/journal.js';
import { downBetween, makeJournal } from '../judge/histories.js';

/** A reader that is slow, and now and then refused, while the site is away. */
function shakyRead(dueMs: number): FoldedSample {
  if (dueMs < 30_000 || dueMs >= 90_000) return [0, 2.25];
  if (dueMs >= 40_000) return [0, 8.5];
  return dueMs % 1000 === 0 ? [0, 1000, 'timeout'] : [0, 40];
}

/** A made-up drill with a line of everything: met, missed, unknown, a relapse, a slow cure, a warning. */
export function powerLossJournal(): Entry[] {
  return makeJournal({
    sites: ['pangyo', 'anyang'],
    faults: [
      { title: 'power-loss pangyo', atMs: 30_000, curedMs: 150_000 },
      { title: 'freeze web@anyang', atMs: 180_000, site: 'anyang', action: { verb: 'freeze' }, curedMs: 185_000 },
    ],
    objectives: [
      { probe: 'write', measure: 'recover', limitMs: 45_000 },
      { probe: 'write', measure: 'availability', limitPercent: 99.9 },
      { probe: 'write', measure: 'budget', targetPercent: 99.9, windowMs: 30 * 86_400_000 },
      { probe: 'write', measure: 'lose', limitWrites: 0 },
      { probe: 'read', measure: 'latency', quantile: 99, limitMs: 50 },
    ],
    probes: [
      { name: 'web@pangyo', family: 'web', site: 'pangyo', everyMs: 1000, tell: downBetween([30_000, 152_000]) },
      { name: 'web@anyang', family: 'web', site: 'anyang', everyMs: 1000, tell: downBetween([180_000, 185_000]) },
      { name: 'write', tell: downBetween([30_000, 54_350]) },
      { name: 'read', tell: shakyRead },
    ],
    warnings: ['samples were sent up to 61 ms late: this machine was busy'],
  });
}
