import { expect, test } from 'vitest';
import { captureIo, firedrill, SMALL } from './captured.js';

test('the timetable names every unit that each step resolves to', async () => {
  const io = captureIo({ input: SMALL });
  const { code, out } = await firedrill(io, 'plan', '-');
  expect(code).toBe(0);
  expect(out).toBe(`A small outage
10:00:00 to 10:00:12 (12 s)

seoul   web-seoul
busan   web-busan
probes  read (100 ms)

10:00:02  power-loss seoul
    power-off: web-seoul
10:00:04  restore seoul
    cure power-off: web-seoul
10:00:12  the drill ends and cures what is left
    nothing is left
`);
});

test('what no restore names is shown as cured when the drill ends', async () => {
  const timeline = `
timeline:
  - { at: "+1s", crash: web@seoul }
  - { at: "+2s", stop: web@busan }
  - { at: "+3s", partition: { groups: [[seoul], [busan]] } }
  - { at: "+4s", link: { between: [seoul, busan], latency: 20ms, bandwidth: 1mbit } }
`;
  const io = captureIo({ input: SMALL.replace(/timeline:[\s\S]*/, timeline) });
  const { out, err } = await firedrill(io, 'plan', '-');
  expect(err).toBe('');
  const end = out.slice(out.indexOf('the drill ends'));
  expect(end).toContain('cure kill: web-seoul');
  expect(end).toMatch(/cure stop within .*: web-busan/);
  expect(end).toMatch(/cure isolate .*web-busan: web-seoul/);
  expect(end).toMatch(/cure shape to web-busan \(\+.*ms, 1000 kbit\/s\): web-seoul/);
});
