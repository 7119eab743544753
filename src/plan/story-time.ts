import { clockAt, type StoryTime } from '../scenario/scenario.js';

/** The story's clock as an author writes it, without seconds that are zero: `15:30`. */
export function briefClockAt(begins: StoryTime, atMs: number): string {
  return clockAt(begins, atMs).replace(/(\d\d:\d\d):00$/, '$1');
}
