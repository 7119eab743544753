import { parseShare, parseSpread } from './amounts.js';
import type { Complaints } from './complaints.js';
import type { Reference } from './model.js';
import { referenceForm } from './model-form.js';
import { unknownName } from './nearest.js';
import { partsOf } from './shape.js';

/** The documented outcomes in the order of the file. `families` are the probes as the author wrote them; null: not known. */
export function readReferences(
  value: unknown,
  families: readonly string[] | null,
  complaints: Complaints,
): Reference[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((entry, index): Reference[] => {
    const path = ['reference', index];
    const { probe, measure, value: written, used, source } = partsOf(referenceForm, entry);
    if (probe !== undefined && families !== null && !families.includes(probe)) {
      complaints.add([...path, 'probe'], () => unknownName('probe', probe, families));
    }
    if (measure === undefined || written === undefined) return [];
    const bounds = boundsOf(measure, written);
    if (bounds === null) complaints.add([...path, 'value'], `\`${written}\` does not fit here: ${REMEDIES[measure]}`);
    if (bounds === null || probe === undefined || used === undefined || source === undefined) return [];
    return [{ probe, measure, ...bounds, used, source }];
  });
}

const TIME = 'write a duration such as `10h4m`, or a range such as `20m..12h`, the shorter first';
const REMEDIES: Readonly<Record<Reference['measure'], string>> = {
  detect: TIME,
  recover: TIME,
  availability: 'write a share such as `99.5%`',
  lose: 'write how many writes were lost, such as 0',
};

function boundsOf(measure: Reference['measure'], written: string | number): { low: number; high: number } | null {
  if (measure === 'lose') return typeof written === 'number' ? { low: written, high: written } : null;
  if (typeof written === 'number') return null;
  if (measure === 'availability') {
    const share = parseShare(written);
    return share === null ? null : { low: share * 100, high: share * 100 };
  }
  const time = parseSpread(written);
  if (time === null) return null;
  if (typeof time === 'number') return { low: time / 1000, high: time / 1000 };
  return 'fromMs' in time ? { low: time.fromMs / 1000, high: time.toMs / 1000 } : null;
}
