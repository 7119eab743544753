import { expect, test } from 'vitest';
import { wallClock } from '../../../src/clock.js';
import { connect } from '../../../src/engine/docker/connect.js';
import { examineKernel } from '../../../src/engine/docker/examine.js';
import { dockerHost } from './engine-here.js';
import { describeOnDocker } from './engine-or-skip.js';

describeOnDocker('a look into the kernel', () => {
  test('is over long before its container ends by itself: none of its questions spoils another', async () => {
    const clock = wallClock();
    const { docker } = await connect(dockerHost, false, clock);
    const startMs = clock.now();
    expect(await examineKernel(docker, clock)).toMatchObject({ nft: true, htb: true });
    expect(clock.now() - startMs).toBeLessThan(50_000);
  }, 60_000);
});
