import { formatDuration, type Objective, type Probe } from '../scenario/scenario.js';
import type { Plan } from './timetable.js';

/** An objective that no drill of a plan can meet, or of which it cannot tell whether it was met. */
export interface Untold {
  readonly probe: string;
  /** Its key in the `slo` of that probe. */
  readonly key: string;
  readonly message: string;
}

/** What can be known before the drill of its objectives: those that can never be met, and those that can never be told. */
export function untoldOf({ objectives, probes }: Pick<Plan, 'objectives' | 'probes'>): Untold[] {
  return objectives.flatMap((objective) => {
    const own = probes.filter(({ family }) => family === objective.probe);
    const message = own.length === 0 ? null : whyUntold(objective, own);
    return message === null ? [] : [{ probe: objective.probe, key: keyOf(objective), message }];
  });
}

function keyOf({ measure }: Objective): string {
  if (measure === 'age') return 'lose';
  return measure === 'budget' ? 'availability' : measure;
}

function whyUntold(objective: Objective, own: readonly Probe[]): string | null {
  const everyMs = Math.max(...own.map((probe) => probe.everyMs));
  switch (objective.measure) {
    case 'lose':
    case 'age':
    case 'stale': {
      if (own.every(({ ledger }) => ledger !== undefined)) return null;
      return 'this can never be told, since the probe keeps no count of its writes; give it a `ledger`';
    }
    case 'goodput': {
      const most = 1000 / everyMs;
      if (objective.limitPerSecond <= most) return null;
      const asked = `${Number(most.toPrecision(3))} a second`;
      return `this can never be met, since the probe asks ${asked}; give it a \`rate\` of at least ${objective.limitPerSecond}/s`;
    }
    case 'recover':
    case 'detect': {
      if (objective.limitMs >= everyMs) return null;
      return `this is finer than the ${formatDuration(everyMs)} between two looks, so it can hardly be told; look more often`;
    }
    default:
      return null;
  }
}
