import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { captureIo, firedrill, SMALL } from './captured.js';

test('a scenario that could run is ok', async () => {
  const io = captureIo();
  io.write('small.yaml', SMALL);
  const { code, out, err } = await firedrill(io, 'check', 'small.yaml');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toBe('ok small.yaml: A small outage (2 units, 2 moments)\n');
});

test('a folder means its scenario.yaml, and - means standard input', async () => {
  const io = captureIo({ input: SMALL });
  mkdirSync(join(io.cwd, 'drill'));
  io.write('drill/scenario.yaml', SMALL);
  const { code, out } = await firedrill(io, 'check', 'drill', '-');
  expect(code).toBe(0);
  expect(out).toMatch(/^ok drill: .*\nok -: .*\n$/);
});

test('all problems of all files are shown, the good files too, and the end is 64', async () => {
  const io = captureIo();
  io.write('good.yaml', SMALL);
  io.write('typo.yaml', SMALL.replace('probes:', 'prober:'));
  io.write(
    'twice.yaml',
    SMALL.replace('power-loss: seoul', 'power-loss: soul').replace('begins: "10:00"', 'begins: noon'),
  );
  const { code, out, err } = await firedrill(io, 'check', 'typo.yaml', 'good.yaml', 'twice.yaml');
  expect(code).toBe(64);
  expect(out).toContain('ok good.yaml');
  expect(err).toMatch(/^typo\.yaml:\d+:\d+: .*probes/m);
  expect(err.match(/^twice\.yaml:\d+:\d+/gm)?.length).toBeGreaterThanOrEqual(2);
});

test('what only the plan can find is found too', async () => {
  const io = captureIo();
  io.write('early.yaml', SMALL.replace('at: "+4s", restore', 'at: "+1s", restore'));
  const { code, err } = await firedrill(io, 'check', 'early.yaml');
  expect(code).toBe(64);
  expect(err).toMatch(/^early\.yaml:\d+:\d+ timeline\[\d\]/);
});

test.each(['missing.yaml', '.'])('where there is no scenario, as at %s, it says so without a stack', async (name) => {
  const { code, err } = await firedrill(captureIo(), 'check', name);
  expect(code).toBe(64);
  expect(err).toMatch(/there is no such file/);
  expect(err).not.toContain('    at ');
});

test('an objective that no fault of the scenario can reach is told with its place, and is no mistake', async () => {
  const io = captureIo();
  io.write('small.yaml', SMALL.replace('power-loss: seoul', 'partition: { groups: [[seoul], [busan]] }'));
  io.write(
    'apart.yaml',
    SMALL.replace('power-loss: seoul', 'partition: { groups: [[other], [busan]] }')
      .replace('restore: seoul', 'restore: other')
      .replace('probes:', '  other: { image: "web:1", at: seoul }\nprobes:'),
  );
  io.write('outside.yaml', SMALL.replace('power-loss: seoul', 'partition: { groups: [[seoul], [busan, outside]] }'));
  expect((await firedrill(io, 'check', 'small.yaml', 'outside.yaml')).err).toBe('');
  const { code, out, err } = await firedrill(io, 'check', 'apart.yaml');
  expect(code).toBe(0);
  expect(out).toMatch(/^ok apart\.yaml/);
  expect(err).toMatch(/^apart\.yaml:\d+:\d+ slo\.read: no fault of this scenario lies between outside and web-seoul, /);
});
