import type { Entry } from '../journal/journal.js';
import { OUTSIDE, type Step } from '../plan/plan.js';
import { wrapText } from './finding-lines.js';

/**
 * Where each probe stood, where that makes a difference: some asked from within a unit, or a fault lay between outside and the
 * units. No line otherwise: then all of them stood outside.
 */
export function standLines([drill]: readonly Entry[], width: number): string[] {
  if (drill?.entry !== 'drill') return [];
  const { probes, faults } = drill.plan;
  const within = probes.filter(({ ask }) => ask.kind === 'exec');
  const isCut = faults.some(({ steps }) => steps.some(concernsOutside));
  if (within.length === 0 && !isCut) return [];
  const outside = probes.filter((probe) => !within.includes(probe)).map(({ name }) => name);
  const inside = within.map(({ name, ask }) => `${name} (${ask.host})`);
  return [
    ...(outside.length === 0 ? [] : [`stood outside and asked through the network: ${outside.join(', ')}`]),
    ...(inside.length === 0
      ? []
      : [`asked inside of a unit, where no cut of the network reaches: ${inside.join(', ')}`]),
  ].flatMap((line) => wrapText(`  ${line}`, width, '    '));
}

function concernsOutside({ action }: Step): boolean {
  const peers = action.verb === 'isolate' ? action.from : action.verb === 'shape' ? action.to : [];
  return peers.includes(OUTSIDE);
}
