import {
  type Action,
  type Moment,
  type Plan,
  type Runbook,
  type RunbookStep,
  type Step,
  sparesOf,
} from '../../src/plan/plan.js';
import { type Cast, planFor, probeOf } from '../engine/sim/stage.js';

/** Numbers from 0 up to but not 1. */
export type Draw = () => number;

/** One of these. */
export function drawOf<T>(draw: Draw, choices: readonly T[]): T {
  return choices[Math.floor(draw() * choices.length)] as T;
}

const DURATION_MS = 9000;

/** A small plan, drawn at random: a few services, every verb, several faults on one unit, some of them cured on the way. */
export function drawPlan(draw: Draw): Plan {
  const cast = ['db', 'app', 'door'].slice(0, 1 + Math.floor(draw() * 3)).map((name): Cast => {
    const restart = drawOf(draw, ['no', 'always', 'on-failure', 'unless-stopped'] as const);
    const model = { bootMs: Math.floor(draw() * 1500), role: drawOf(draw, ['any', 'leader'] as const) };
    const units = 1 + Math.floor(draw() * 3);
    // The first unit of a plan is the one that is looked at, so it is none.
    const spares = units > 1 && draw() < 0.3 ? 1 : 0;
    return { name, units, spares, restart, model };
  });
  const bare = planFor(cast);
  const names = bare.units.map(({ name }) => name);
  const faults = Array.from({ length: 1 + Math.floor(draw() * 5) }, (_, index) => {
    const id = `f${index + 1}`;
    const steps = Array.from({ length: 1 + Math.floor(draw() * 3) }, (_, nth): Step => {
      return { id: `${id}.${nth + 1}`, fault: id, unit: drawOf(draw, names), action: drawAction(draw, names) };
    });
    return { id, title: `fault ${id}`, kind: 'any', atMs: Math.floor(draw() * 8) * 1000, steps };
  });
  const moments = faults.flatMap(({ title, atMs, steps }): Moment[] => {
    const begins = { atMs, title, cures: [], steps };
    const cures = steps.filter(() => draw() < 0.6).map((step) => step.id);
    const ends = { atMs: atMs + Math.floor(draw() * (DURATION_MS - atMs)), title: `end of ${title}`, cures, steps: [] };
    return cures.length > 0 ? [begins, ends] : [begins];
  });
  const spares = sparesOf(bare);
  for (const { id, unit } of spares.filter(() => draw() < 0.5)) {
    moments.push({ atMs: Math.floor(draw() * DURATION_MS), title: `start ${unit}`, cures: [id], steps: [] });
  }
  return {
    ...bare,
    ...{ faults, durationMs: DURATION_MS, moments: moments.sort((a, b) => a.atMs - b.atMs) },
    ...(draw() < 0.4
      ? {
          runbooks: [
            drawRunbook(
              draw,
              names,
              faults.flatMap(({ steps }) => steps),
              spares,
            ),
          ],
        }
      : {}),
    probes: [{ ...probeOf(names[0] ?? '', 'http'), everyMs: 1500, timeoutMs: 300 }],
    steady: { forMs: 1000, withinMs: 6000 },
  };
}

/** Somebody who restores some of it by hand, and runs a command or two. */
function drawRunbook(draw: Draw, names: readonly string[], steps: readonly Step[], spares: readonly Step[]): Runbook {
  const bare = { by: 'automation', needs: [], decideMs: 0 } as const;
  const tasks = Array.from({ length: 1 + Math.floor(draw() * 3) }, (_, index): RunbookStep => {
    const restored = steps.filter(() => draw() < 0.5).map(({ id }) => id);
    const does = drawOf<RunbookStep['does']>(draw, [
      { kind: 'restore', steps: restored },
      { kind: 'start', steps: spares.map(({ id }) => id) },
      { kind: 'exec', command: ['true'] },
      { kind: 'confirm', probe: 'probe' },
    ]);
    const takesMs = Math.floor(draw() * 1000);
    return { ...bare, id: `r1.${index + 1}`, title: `task ${index}`, runsFrom: drawOf(draw, names), takesMs, does };
  });
  return { atMs: Math.floor(draw() * 5000), steps: tasks };
}

function drawAction(draw: Draw, names: readonly string[]): Action {
  const peers = names.filter(() => draw() < 0.5);
  const some = peers.length > 0 ? peers : names;
  return drawOf<Action>(draw, [
    { verb: 'power-off', volumes: 'kept' },
    { verb: 'power-off', volumes: 'destroyed' },
    { verb: 'kill' },
    { verb: 'stop', graceMs: 500 },
    { verb: 'freeze' },
    { verb: 'isolate', from: some, direction: drawOf(draw, ['both', 'in', 'out'] as const) },
    { verb: 'shape', to: some, latencyMs: 5, jitterMs: 9, loss: draw(), bandwidthBps: null },
  ]);
}
