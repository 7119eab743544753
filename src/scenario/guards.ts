import type { Complaints } from './complaints.js';
import { guardForm } from './form.js';
import type { Guard } from './language.js';
import { unknownName } from './nearest.js';
import { entriesOf, isMap, partsOf } from './shape.js';

/** The guard. `families` are the probes as the author wrote them; null: not known. */
export function readGuard(value: unknown, families: readonly string[] | null, complaints: Complaints): Guard {
  for (const section of ['down', 'availability']) {
    for (const [probe] of entriesOf(isMap(value) ? value[section] : null)) {
      if (families === null || families.includes(probe)) continue;
      complaints.addKey(['guard', section, probe], () => unknownName('probe', probe, families));
    }
  }
  const { down = {}, availability = {}, bystanders = true } = partsOf(guardForm, value);
  return {
    down: Object.entries(down).map(([probe, limitMs]) => ({ probe, limitMs })),
    availability: Object.entries(availability).map(([probe, share]) => ({ probe, limitPercent: percentOf(share) })),
    bystanders,
  };
}

/** A share has at most nine decimals as a percentage: what the multiplication adds is taken away. */
function percentOf(share: number): number {
  return Number((share * 100).toFixed(9));
}
