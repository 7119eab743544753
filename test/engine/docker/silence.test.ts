import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { raiseTestDrill, type TestDrill } from './drills.js';
import { describeOnDocker } from './engine-or-skip.js';
import { listenAt, packetsOf, standAt } from './listening.js';
import { startObserver } from './observers.js';

/** A retransmission waits at most so long here: the dark is short. */
const LISTEN_MS = 4000;

describeOnDocker('a machine that comes back knows no connection, and says nothing of its own accord', () => {
  describe.each([
    ['its kernel destroys what is left', ['destroy']],
    ['it gets a fresh namespace', ['replace']],
  ] as const)('%s', (_, silencing) => {
    let drill: TestDrill;
    beforeAll(async () => {
      drill = await raiseTestDrill(
        [
          { name: 'server', site: 'a' },
          { name: 'peer', site: 'b' },
        ],
        { name: `silence ${silencing[0]}` },
        { silencing },
      );
    });
    afterAll(() => drill?.close());

    test('a peer that only waits hears nothing and waits on; its name, its address and its service are back', async () => {
      const { observer, address } = await listenAt(drill);
      const broken = await drill.strike({ kind: 'power-loss', targets: ['server'], volumes: 'kept' });
      expect(broken.effects).toMatchObject([{ error: null, halted: expect.anything() }]);
      await pass(drill, 1500);
      const cutMs = broken.atMs + 1;
      const effects = await drill.engine.cure(broken.steps, drill.clock.now());
      expect(effects).toMatchObject([{ error: null }]);
      expect(effects[0]?.warning).toBeUndefined();
      await pass(drill, LISTEN_MS);
      const sights = await observer.look();
      expect(packetsOf(sights, address, cutMs)).toEqual([]);
      expect(sights.filter(({ words }) => words[0] === 'idle').map(({ words }) => words[2])).toEqual(['open']);
      const arrivals = await startObserver(await standAt(drill, 'peer'), [`arrivals.pl server ${address}`]);
      await arrivals.lookUntil((seen) => seen.some(({ words }) => words[3] === 'answered'));
    });
  });
});

function pass({ clock }: TestDrill, ms: number): Promise<void> {
  return clock.sleepUntil(clock.now() + ms);
}
