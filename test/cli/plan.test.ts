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
guards  a bystander changed

10:00:02  power-loss seoul
    power-off: web-seoul
10:00:04  restore seoul
    cure power-off: web-seoul
10:00:12  the drill ends and cures what is left
    nothing is left

network faults are leases of 30 s held by the kernel, renewed while the drill lives; if everything dies they end by themselves
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

test('a lease, guards and secrets stand in it, the secrets by their names', async () => {
  const text = SMALL.replace(
    'image: "web:1",',
    'image: "web:1", environment: { PASSWORD: { secret: WEB_PASSWORD } },',
  ).replace(
    'steady:',
    'lease: 90s\nguard: { down: { read: 1m }, availability: { read: 50% }, bystanders: false }\nsteady:',
  );
  const io = captureIo({ input: text, env: { WEB_PASSWORD: 'hunter2hunter2' } });
  const { code, out } = await firedrill(io, 'plan', '-');
  expect(code).toBe(0);
  expect(out).toMatch(/^guards {3}read down for longer than 1 min, read under 50 %$/m);
  expect(out).toMatch(/^secrets {2}WEB_PASSWORD$/m);
  expect(out).toContain('network faults are leases of 1 min 30 s held by the kernel');
  expect(out).not.toContain('hunter2');
});

test('a drill that touches no network has no leases', async () => {
  const io = captureIo({ input: SMALL.replace('power-loss: seoul', 'freeze: seoul') });
  expect((await firedrill(io, 'plan', '-')).out).not.toContain('lease');
});
