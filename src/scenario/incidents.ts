import { crashForm, type happeningForm, type incidentKinds, restoreForm, stopForm } from './form.js';
import type { Incident } from './language.js';
import { stepOf } from './runbooks.js';
import type { Parts } from './shape.js';

type Kind = (typeof incidentKinds)[number];

/** What the author wrote as an incident, or null when its form is wrong. */
export function incidentOf(kind: Kind, parts: Parts<typeof happeningForm>): Incident | null {
  switch (kind) {
    case 'power-loss': {
      const value = parts[kind];
      if (value === undefined) return null;
      if (Array.isArray(value)) return { kind, targets: value, volumes: 'kept' };
      return { kind, targets: value.of, volumes: value.volumes };
    }
    case 'stop': {
      const value = parts[kind];
      if (value === undefined) return null;
      const { of, grace } = Array.isArray(value) ? stopForm.parse({ of: value }) : value;
      return { kind, targets: of, graceMs: grace };
    }
    case 'crash': {
      const value = parts[kind];
      if (value === undefined) return null;
      const { of, process: program } = Array.isArray(value) ? crashForm.parse({ of: value }) : value;
      return { kind, targets: of, ...(program === undefined ? {} : { program }) };
    }
    case 'freeze':
    case 'start':
      return parts[kind] === undefined ? null : { kind, targets: parts[kind] };
    case 'partition':
      return partitionOf(parts[kind]);
    case 'link':
      return linkOf(parts[kind]);
    case 'runbook':
      return parts[kind] === undefined ? null : { kind, steps: parts[kind].map(stepOf) };
    case 'restore': {
      const value = parts[kind];
      if (value === undefined) return null;
      const { site, of, waves, every, volumes } = Array.isArray(value) ? restoreForm.parse({ of: value }) : value;
      return {
        kind,
        targets: of ?? site ?? [],
        waves: waves ?? null,
        everyMs: every,
        ...(volumes === 'destroyed' ? { volumes } : {}),
      };
    }
  }
}

function partitionOf(value: Parts<typeof happeningForm>['partition']): Incident | null {
  if (value === undefined) return null;
  if (value.groups !== undefined) return { kind: 'partition', groups: value.groups, oneWay: false };
  return { kind: 'partition', groups: [value.from ?? [], value.to ?? []], oneWay: true };
}

function linkOf(value: Parts<typeof happeningForm>['link']): Incident | null {
  if (value === undefined) return null;
  return {
    kind: 'link',
    between: value.between,
    latencyMs: value.latency ?? 0,
    jitterMs: value.jitter ?? 0,
    loss: value.loss ?? 0,
    bandwidthBps: value.bandwidth ?? null,
  };
}
