import { describe, expect, test } from 'vitest';
import { type Action, sparesOf } from '../../../src/plan/plan.js';
import { type Cast, onStage } from './stage.js';

const DARK: Action = { verb: 'power-off', volumes: 'kept' };
const STOP: Action = { verb: 'stop', graceMs: 0 };
const FREEZE: Action = { verb: 'freeze' };
const cutFrom = (...from: string[]): Action => ({ verb: 'isolate', from, direction: 'both' });

describe('what a service needs', () => {
  const CHAIN: Cast[] = [{ name: 'db' }, { name: 'app', needs: ['db'] }, { name: 'door', needs: ['app'] }];

  test('the time to answer is the sum of all who had to be asked', () =>
    onStage(CHAIN, async ({ time }) => {
      expect(await time('db')).toBeCloseTo(2);
      expect(await time('door')).toBeCloseTo(6);
    }));

  test.each([
    ['silence', DARK, 'timeout'],
    ['a frozen one', FREEZE, 'timeout'],
    ['a stopped one', STOP, 'unavailable'],
  ])('%s far behind the door is what users of the door see', (_, action, error) =>
    onStage(CHAIN, async ({ lay, see, at }) => {
      const cure = await lay('db-1', action);
      expect(await see('door')).toBe(error);
      await cure();
      await at(60_000);
      expect(await see('door')).toBe('ok');
    }),
  );

  test('the port of a service is open although what it needs is gone', () =>
    onStage(CHAIN, async ({ lay, engine, see }) => {
      await lay('db-1', STOP);
      const ask = { kind: 'tcp', host: 'door', port: 80 } as const;
      const probe = { name: 'p', site: null, family: 'p', does: 'read', everyMs: 1, timeoutMs: 1, ask } as const;
      expect(await engine.read(probe, 0, 1e9)).toEqual({ ok: true, error: null });
      expect(await see('door')).toBe('unavailable');
    }));

  test('a cut between two units is felt by those who stand before it, not by those who ask behind it', () =>
    onStage(CHAIN, async ({ lay, see }) => {
      await lay('app-1', cutFrom('db-1'));
      expect(await see('door')).toBe('timeout');
      expect(await see('app')).toBe('timeout');
      expect(await see('db')).toBe('ok');
    }));
});

describe('a service of which any unit serves', () => {
  const DOOR: Cast[] = [
    { name: 'app', units: 3 },
    { name: 'door', needs: ['app'] },
  ];

  test('clients take turns, so one dark unit of three costs every third answer until they notice', () =>
    onStage(DOOR, async ({ lay, seeMany, at }) => {
      await lay('app-2', DARK);
      await at(1000);
      expect(await seeMany('door', 6)).toEqual(['ok', 'timeout', 'ok', 'ok', 'timeout', 'ok']);
      await at(3000);
      expect(await seeMany('door', 6)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok', 'ok']);
    }));

  test('a unit that came back is used again as long after as it took to notice that it was gone', () =>
    onStage(DOOR, async ({ lay, see, at }) => {
      const cures = [await lay('app-1', DARK), await lay('app-2', DARK), await lay('app-3', DARK)];
      await at(4000);
      expect(await see('door')).toBe('unavailable');
      await at(10_000);
      for (const cure of cures) await cure();
      await at(14_999);
      expect(await see('door')).toBe('unavailable');
      await at(15_001);
      expect(await see('door')).toBe('ok');
    }));

  test('who is away for less than it takes to notice is never given up', () =>
    onStage(DOOR, async ({ lay, seeMany, at }) => {
      const thaw = await lay('app-1', FREEZE);
      await at(1000);
      expect(await seeMany('door', 3)).toEqual(['timeout', 'ok', 'ok']);
      await at(2900);
      await thaw();
      expect(await seeMany('door', 3)).toEqual(['ok', 'ok', 'ok']);
      await at(3100);
      expect(await seeMany('door', 3)).toEqual(['ok', 'ok', 'ok']);
    }));

  test('a second fault on a unit that is gone does not make anybody notice it later', () =>
    onStage(DOOR, async ({ lay, seeMany, at }) => {
      await lay('app-1', FREEZE);
      await at(2500);
      await lay('app-1', STOP);
      await at(3000);
      expect(await seeMany('door', 3)).toEqual(['ok', 'ok', 'ok']);
    }));

  test('a unit that was given up and shows itself for a moment is not tried again for that', () =>
    onStage(DOOR, async ({ lay, seeMany, at }) => {
      const thaw = await lay('app-1', FREEZE);
      await at(10_000);
      await thaw();
      await at(11_000);
      await lay('app-1', FREEZE);
      expect(await seeMany('door', 3)).toEqual(['ok', 'ok', 'ok']);
    }));

  test('a cut that only one client has is noticed by that client alone', () =>
    onStage([...DOOR, { name: 'side', needs: ['app'] }], async ({ lay, seeMany, at }) => {
      await lay('door-1', cutFrom('app-1', 'app-2'));
      await at(1000);
      expect(await seeMany('door', 3)).toEqual(['timeout', 'timeout', 'ok']);
      expect(await seeMany('side', 3)).toEqual(['ok', 'ok', 'ok']);
      await at(3000);
      expect(await seeMany('door', 3)).toEqual(['ok', 'ok', 'ok']);
    }));
});

describe('a service with a leader', () => {
  const LED: Cast[] = [
    { name: 'db', units: 3, model: { role: 'leader', noticeMs: 4000 } },
    { name: 'door', needs: ['db'] },
  ];

  test.each([
    ['dark', DARK, 'timeout'],
    ['frozen', FREEZE, 'timeout'],
    ['stopped', STOP, 'unavailable'],
    ['cut from the others', cutFrom('db-2', 'db-3'), 'unavailable'],
  ])('when it is %s, another leads after the takeover, not a moment earlier', (_, action, error) =>
    onStage(LED, async ({ lay, see, at }) => {
      expect(await see('door', 'write')).toBe('ok');
      await at(5000);
      await lay('db-1', action);
      expect(await see('door')).toBe(error);
      await at(9100);
      expect(await see('door')).toBe('unavailable');
      await at(14_990);
      expect(await see('door')).toBe('unavailable');
      await at(15_000);
      expect(await see('door')).toBe('ok');
    }),
  );

  test('while nobody leads, any copy answers a read and none takes a write', () =>
    onStage(LED, async ({ lay, see, at }) => {
      await lay('db-1', DARK);
      await at(9000);
      expect(await see('door', 'read')).toBe('ok');
      expect(await see('door', 'write')).toBe('unavailable');
    }));

  test('the old leader comes back as a follower', () =>
    onStage(LED, async ({ lay, see, at }) => {
      const cure = await lay('db-1', DARK);
      await at(20_000);
      await cure();
      await at(60_000);
      expect(await see('db-1', 'write')).toBe('unavailable');
      expect(await see('db-1', 'read')).toBe('ok');
      expect(await see('db-2', 'write')).toBe('ok');
      expect(await see('door')).toBe('ok');
    }));

  test('a leader that is back before anybody took over goes on leading', () =>
    onStage(LED, async ({ lay, see, at }) => {
      const thaw = await lay('db-1', FREEZE);
      await at(9000);
      await thaw();
      expect(await see('db-1', 'write')).toBe('ok');
      await at(30_000);
      expect(await see('db-1', 'write')).toBe('ok');
    }));

  test('nobody takes over without a majority, and somebody does as soon as there is one', () =>
    onStage(LED, async ({ lay, see, at }) => {
      await lay('db-1', DARK);
      const cure = await lay('db-2', DARK);
      await at(30_000);
      expect(await see('door')).toBe('unavailable');
      expect(await see('db-3', 'write')).toBe('unavailable');
      await cure();
      await at(31_900);
      expect(await see('db-2', 'write')).toBe('refused');
      await at(32_100);
      expect(await see('db-2', 'write')).toBe('ok');
    }));

  test('a leader that cannot reach a majority stops leading, although nothing is wrong with it', () =>
    onStage(LED, async ({ lay, see, at }) => {
      await lay('db-2', STOP);
      expect(await see('db-1', 'write')).toBe('ok');
      await lay('db-3', STOP);
      expect(await see('db-1', 'write')).toBe('unavailable');
      await at(60_000);
      expect(await see('db-1', 'write')).toBe('unavailable');
      expect(await see('db-1', 'read')).toBe('ok');
    }));

  test('a spare is no member of the majority before it was started, and is one from then on', () =>
    onStage(
      [{ name: 'db', units: 4, spares: 1, model: { role: 'leader' } }],
      async ({ lay, see, at, engine, clock, plan }) => {
        await lay('db-3', STOP);
        expect(await see('db-1', 'write')).toBe('ok');
        await engine.cure(sparesOf(plan), clock.now());
        await at(10_000);
        await lay('db-4', STOP);
        expect(await see('db-1', 'write')).toBe('unavailable');
      },
    ));

  test('clients go on asking the lost leader until they notice, even when another leads already', () =>
    onStage(
      [
        { name: 'db', units: 3, model: { role: 'leader', takeoverMs: 1000 } },
        { name: 'door', needs: ['db'] },
      ],
      async ({ lay, see, at }) => {
        await lay('db-1', DARK);
        await at(1000);
        expect(await see('db-2', 'write')).toBe('ok');
        await at(1900);
        expect(await see('door')).toBe('timeout');
        await at(3000);
        expect(await see('door')).toBe('ok');
      },
    ));

  test('a client that is cut from the leader waits in vain until it notices, while others are served', () =>
    onStage([...LED, { name: 'side', needs: ['db'] }], async ({ lay, see, at }) => {
      await lay('door-1', cutFrom('db-1'));
      expect(await see('door')).toBe('timeout');
      await at(4000);
      expect(await see('door')).toBe('unavailable');
      expect(await see('side')).toBe('ok');
    }));

  test('a database whose keeper of the lead has no majority answers nothing', () =>
    onStage(
      [
        { name: 'etcd', units: 3, model: { role: 'leader', takeoverMs: 1000 } },
        { name: 'db', units: 3, needs: ['etcd'], model: { role: 'leader' } },
      ],
      async ({ lay, see, at }) => {
        await lay('etcd-1', STOP);
        const cure = await lay('etcd-3', STOP);
        await at(40_000);
        expect(await see('db-1', 'write')).toBe('unavailable');
        await cure();
        await at(50_000);
        expect(await see('db-1', 'write')).toBe('ok');
      },
    ));
});
