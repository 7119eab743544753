import type { Complaints } from './complaints.js';
import type { Objective } from './language.js';
import { unknownName } from './nearest.js';
import { sloForm } from './probe-form.js';
import { entriesOf, isMap, type Parts, partsOf } from './shape.js';

/** The objectives in the order of the file. `families` are the probes as the author wrote them, and `services` the services; null: not known. */
export function readObjectives(
  value: unknown,
  families: readonly string[] | null,
  services: readonly string[] | null,
  complaints: Complaints,
): Objective[] {
  return entriesOf(value).flatMap(([probe, entry]) => {
    const path = ['slo', probe];
    if (families !== null && !families.includes(probe)) {
      complaints.addKey(path, () => unknownName('probe', probe, families));
    }
    if (isMap(entry) && Object.keys(entry).length === 0) {
      complaints.add(path, 'has no objective; write one such as `recover: 45s`, or remove it');
    }
    const parts = partsOf(sloForm, entry);
    const { reprotect } = parts;
    if (typeof reprotect === 'object' && Object.keys(reprotect).length === 0) {
      complaints.add([...path, 'reprotect'], 'names no service; write one such as `{ db: 5m }`, or a duration for all');
    }
    for (const service of typeof reprotect === 'object' ? Object.keys(reprotect) : []) {
      if (services === null || services.includes(service)) continue;
      complaints.addKey([...path, 'reprotect', service], () => unknownName('service', service, services));
    }
    return objectivesOf(probe, parts, isMap(entry) ? entry.lose : undefined);
  });
}

function objectivesOf(probe: string, parts: Parts<typeof sloForm>, written: unknown): Objective[] {
  const objectives: Objective[] = [];
  if (parts.detect !== undefined) objectives.push({ probe, measure: 'detect', limitMs: parts.detect });
  if (parts.recover !== undefined) objectives.push({ probe, measure: 'recover', limitMs: parts.recover });
  if (typeof parts.lose === 'number') {
    // A duration becomes a number too: what is written tells the two apart.
    if (typeof written === 'string') objectives.push({ probe, measure: 'age', limitMs: parts.lose });
    else objectives.push({ probe, measure: 'lose', limitWrites: parts.lose });
  }
  const { reprotect } = parts;
  if (typeof reprotect === 'number') objectives.push({ probe, measure: 'reprotect', limitMs: reprotect });
  for (const [service, limitMs] of typeof reprotect === 'object' ? Object.entries(reprotect) : []) {
    objectives.push({ probe, measure: 'reprotect', limitMs, service });
  }
  if (parts.stale !== undefined) objectives.push({ probe, measure: 'stale', limitMs: parts.stale });
  if (parts.availability !== undefined) {
    const { percent, windowMs } = parts.availability;
    if (windowMs === null) objectives.push({ probe, measure: 'availability', limitPercent: percent });
    else objectives.push({ probe, measure: 'budget', targetPercent: percent, windowMs });
  }
  for (const limit of parts.latency ?? []) objectives.push({ probe, measure: 'latency', ...limit });
  if (parts.goodput !== undefined) objectives.push({ probe, measure: 'goodput', limitPerSecond: parts.goodput });
  if (parts.settle !== undefined) objectives.push({ probe, measure: 'settle', limitMs: parts.settle });
  return objectives;
}
