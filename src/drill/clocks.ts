import type { ClockNews } from '../engine/engine.js';
import { roundMs } from './probing.js';
import { append, attempt, type Run } from './run.js';

/** Writes down what an engine found out about the clocks; never throws. */
export function noteClocks(run: Run, news: ClockNews): void {
  attempt(run, () => {
    if (news.kind === 'measured') {
      const { aheadMs, unsureMs, fastPpm } = news;
      append(run, {
        entry: 'clock',
        aheadMs: roundMs(aheadMs),
        unsureMs: roundMs(unsureMs),
        fastPpm: roundMs(fastPpm),
      });
      return;
    }
    const { whose, byMs } = news;
    const at = (clockMs: number) => (run.story === null ? -1 : roundMs(run.story.storyOf(clockMs)));
    const [fromMs, toMs] = [at(news.fromMs), at(news.toMs)];
    append(run, { entry: 'clock-step', whose, byMs: roundMs(byMs), fromMs, toMs });
    // What the runner saw by a clock that moved has no instant, as if it had stood still.
    if (whose === 'between' && run.story !== null) append(run, { entry: 'standstill', fromMs, toMs });
  });
}
