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

at worst 5 looks are under way at once, and firedrill needs about 49 open files
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

test('a runbook stands at its instant with whom each step needs, and a story that jumps says when', async () => {
  const timeline = `
pace: skip-idle
settle: 45s
timeline:
  - { at: "+2s", power-loss: seoul }
  - at: "+1s"
    runbook:
      - { step: read the alarm, by: person, takes: 2m }
      - { step: promote, runs-from: web@busan, needs: [web], decide: 5s, exec: "promote   busan" }
      - { step: give it power, restore: seoul }
      - { step: look, confirm: read }
`;
  const io = captureIo({ input: SMALL.replace(/timeline:[\s\S]*/, timeline) });
  const { out, err } = await firedrill(io, 'plan', '-');
  expect(err).toBe('');
  expect(out.slice(out.indexOf('10:00:01'))).toBe(`10:00:01  runbook
    read the alarm (by a person, takes 2 min)
    promote (from web-busan, needs web, decided in 5 s, runs \`promote busan\`)
    give it power
        cure power-off: web-seoul
    look (until read is good)
10:00:02  power-loss seoul
    power-off: web-seoul
10:00:12  the drill ends and cures what is left
    cure power-off: web-seoul

when nothing has changed for 45 s, the story jumps to just before what comes next; no timer of the services is hurried

network faults are leases of 30 s held by the kernel, renewed while the drill lives; if everything dies they end by themselves

at worst 5 looks are under way at once, and firedrill needs about 49 open files
`);
});

test('a spare is told as one where it stands, and is started and never cured', async () => {
  const timeline = `
timeline:
  - { at: "+1s", power-loss: seoul }
  - { at: "+2s", start: web }
  - { at: "+3s", restore: all }
`;
  const text = SMALL.replace(/timeline:[\s\S]*/, timeline).replace('image: "web:1",', 'image: "web:1", spare: busan,');
  const { out, err } = await firedrill(captureIo({ input: text.replaceAll('{site}', 'seoul') }), 'plan', '-');
  expect(err).toBe('');
  expect(out).toMatch(/^busan {3}web-busan \(spare\)$/m);
  expect(out).toContain('start web\n    start: web-busan\n');
  expect(out).toContain('restore all\n    cure power-off: web-seoul\n');
  expect(out).toContain('cures what is left\n    nothing is left\n');
});

test('where a probe asks from within, and an objective that no fault can reach, stand in it', async () => {
  const text = SMALL.replace('power-loss: seoul', 'partition: { groups: [[seoul], [outside]] }').replace(
    'http: "http://web-seoul:80/"',
    'exec: { in: web-seoul, command: "true" }',
  );
  const { out, err } = await firedrill(captureIo({ input: text }), 'plan', '-');
  expect(err).toBe('');
  expect(out).toMatch(/^probes {2}read \(100 ms, inside web-seoul\)$/m);
  expect(out).toContain('isolate from and to outside: web-seoul\n');
  expect(out).toMatch(/^slo read: no fault of this scenario lies on web-seoul, where it is asked by exec, /m);
});
