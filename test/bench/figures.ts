import { writeFileSync } from 'node:fs';
import { test } from 'vitest';
import { measureOutages, PROBE_MS } from '../accuracy/outages.js';
import { whyNoEngine } from '../engine/docker/engine-here.js';
import { measureOneInstant } from '../engine/docker/instants.js';

/** Run by script/bench.mjs, never by `npm test`: writes what the tests assert as figures to the file it is told. */
test('figures', { timeout: 600_000 }, async () => {
  const missing = await whyNoEngine();
  const instant = missing === null ? await measureOneInstant(30, 5) : { missing };
  const measured = await measureOutages(10, 5, 200);
  if ('disturbed' in measured) throw new Error(`the machine is too busy to measure accuracy: ${measured.disturbed}`);
  const { outages, missed, ...accuracy } = measured;
  const figures = {
    instant,
    accuracy: {
      ...accuracy,
      outages: outages.length,
      contained: 1 - missed.length / outages.length,
      probeMs: PROBE_MS,
    },
  };
  writeFileSync(process.env.FIREDRILL_FIGURES ?? '/dev/stdout', JSON.stringify(figures));
});
