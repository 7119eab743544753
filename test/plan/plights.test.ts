import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { FINDS, type Plight, whyNot } from '../../src/plan/plan.js';

const MANUAL = readFileSync(new URL('../../scenarios/README.md', import.meta.url), 'utf8');
const ROWS: Readonly<Record<Plight, string>> = {
  ...{ running: 'runs, or is cut off', dark: 'is dark', frozen: 'is frozen', stopped: 'does not run' },
  waiting: 'waits for its restart policy',
};
const WORDS = { holds: 'takes hold', already: 'is so already', nothing: 'nothing' };

describe('what a fault finds', () => {
  test('the table of the manual is the one by which engines act', () => {
    for (const [plight, row] of Object.entries(ROWS) as [Plight, string][]) {
      const finds = FINDS[plight];
      expect(finds.isolate).toBe(finds.shape);
      const cells = [finds['power-off'], finds.kill, finds.stop, finds.freeze, finds.isolate].map(
        (find) => WORDS[find],
      );
      expect(MANUAL).toContain(`| ${row} | ${cells.join(' | ')} |`);
    }
  });

  test('what finds nothing says why, and leaves nothing to undo; what is so already stays', () => {
    expect(whyNot('db', 'dark', 'stop')).toEqual({
      error: 'db has no power: nothing runs there that could be stopped',
      untouched: true,
    });
    expect(whyNot('db', 'waiting', 'kill')).toEqual({
      error: 'db was not running, since its restart policy was waiting: nothing runs there that could crash',
      untouched: true,
    });
    expect(whyNot('db', 'dark', 'power-off')).toEqual({ error: 'db has no power already' });
    expect(whyNot('db', 'running', 'stop')).toBeNull();
  });
});
