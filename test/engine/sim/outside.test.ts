import { describe, expect, test } from 'vitest';
import type { Action } from '../../../src/plan/plan.js';
import { onStage, probeOf } from './stage.js';

const CUT: Action = { verb: 'isolate', from: ['outside'], direction: 'both' };
const LINE = { verb: 'shape', to: ['outside'], latencyMs: 0, jitterMs: 0, loss: 0, bandwidthBps: null } as const;
const cast = [{ name: 'db' }, { name: 'web', needs: ['db'] }];

describe('a probe stands outside', () => {
  test('a unit that is cut off from there answers no probe, but who looks from within; others notice nothing', async () => {
    await onStage(cast, async ({ engine, clock, lay, see }) => {
      const cure = await lay('web-1', CUT);
      expect(await see('web-1')).toBe('timeout');
      expect((await engine.read(probeOf('web-1', 'tcp'), 0, clock.now() + 1000)).error).toBe('timeout');
      expect(await engine.read(probeOf('web-1', 'exec'), 0, clock.now() + 1000)).toMatchObject({ ok: true });
      expect(await see('db-1')).toBe('ok');
      await cure();
      expect(await see('web-1')).toBe('ok');
    });
  });

  test('a cut of outside from what is only needed is felt by nobody who asks for the other', async () => {
    await onStage(cast, async ({ lay, see }) => {
      await lay('db-1', CUT);
      expect(await see('web-1')).toBe('ok');
      expect(await see('db-1')).toBe('timeout');
    });
  });

  test('a line to outside is late both ways, and one that loses all answers nothing', async () => {
    await onStage(cast, async ({ lay, see, time }) => {
      const before = await time('web-1');
      const cure = await lay('web-1', { ...LINE, latencyMs: 40 });
      expect(await time('web-1')).toBeCloseTo(before + 80, 6);
      await cure();
      await lay('web-1', { ...LINE, loss: 1 });
      expect(await see('web-1')).toBe('timeout');
    });
  });

  test('what all looks will get is foreseen for a unit that is cut off from outside', async () => {
    await onStage(cast, async ({ engine, clock, lay }) => {
      const seen: (string | null)[] = [];
      const see = (_probe: unknown, _atMs: number, { error }: { readonly error: string | null }) =>
        void seen.push(error);
      engine.foresight?.show([probeOf('web-1', 'http')], { see, hear() {}, lose() {}, untilMs: () => clock.now() });
      const cure = await lay('web-1', CUT);
      await cure();
      expect(seen).toEqual([null, 'timeout', null]);
    });
  });
});
