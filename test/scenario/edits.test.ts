import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/errors.js';
import { parseEdit, readScenario, scenarioReader } from '../../src/scenario/scenario.js';

const TEXT = `
version: 1
name: Two sites
begins: "10:00"
ends: "10:05"
sites: { seoul: {}, busan: }
services:
  web: { image: "web:1", at: [seoul, busan], environment: { RATE: 1.10 }, model: { boot: 2s } }
  db: { image: "db:1", at: seoul }
probes:
  read: { http: "http://web-seoul/", every: 1s }
timeline:
  - { at: "10:01", power-loss: seoul }
  - { at: "10:02", restore: seoul }
`;
const disk = { exists: () => true, depth: 0 };
const reader = scenarioReader(TEXT, 'two.yaml', disk);
const edited = (...texts: string[]) => reader(texts.map(parseEdit));

function complaintsOf(act: () => unknown): string[] {
  try {
    act();
  } catch (error) {
    if (error instanceof InputError) return error.message.split('\n');
    throw error;
  }
  return [];
}

describe('an edit', () => {
  test.each([
    ['a=1', ['a'], 1],
    ['services.web.model.boot=2m', ['services', 'web', 'model', 'boot'], '2m'],
    ['timeline[0].at=+1h', ['timeline', 0, 'at'], '+1h'],
    ['services.web.at=[seoul, busan]', ['services', 'web', 'at'], ['seoul', 'busan']],
    ['services.web.ready.http=":80/?a=b"', ['services', 'web', 'ready', 'http'], ':80/?a=b'],
    ['services.web.model=', ['services', 'web', 'model'], undefined],
  ])('`%s` is a path and a value', (text, path, value) => {
    expect(parseEdit(text)).toEqual({ path, value });
  });

  test.each(['', 'services', '=1', '.a=1', 'a..b=1', 'a[x]=1', 'a b=1'])('`%s` is refused with an example', (text) => {
    expect(complaintsOf(() => parseEdit(text))).toEqual([
      expect.stringMatching(/^command line.*write a path and a value, such as `services\.text\.model\.boot=2m`/),
    ]);
  });

  test('whose value is not YAML is refused with its path', () => {
    expect(complaintsOf(() => parseEdit('a.b=[1'))).toEqual([expect.stringMatching(/^command line a\.b: not YAML/)]);
    expect(complaintsOf(() => parseEdit('a.b=!x 1'))).toEqual([expect.stringMatching(/^command line a\.b: the tag/)]);
  });
});

describe('an edited scenario', () => {
  test('has what was set, and all else as it was', () => {
    const before = readScenario(TEXT, 'two.yaml', disk);
    const after = edited('services.web.model.boot=2m');
    expect(after.services[0]?.model.bootMs).toBe(120_000);
    expect(after.services[1]).toEqual(before.services[1]);
    expect(after.timeline).toEqual(before.timeline);
    expect(after.services[0]?.environment).toEqual({ RATE: '1.10' });
  });

  test('has maps that were not there, and lacks what was taken away', () => {
    expect(edited('services.db.model.boot=7s').services[1]?.model.bootMs).toBe(7000);
    expect(edited('sites.busan.model.notice=5m').sites[1]?.model?.noticeMs).toBe(300_000);
    expect(edited('services.web.model=').services[0]?.model.bootMs).toBe(2000);
    expect(edited('timeline[1]=').timeline).toHaveLength(1);
  });

  test('has edits in their order, and a new site or service as a whole', () => {
    const { sites, services } = edited('sites.jeju={}', 'services.db.at=jeju', 'services.db.at={jeju: 2}');
    expect(sites.map(({ name }) => name)).toEqual(['seoul', 'busan', 'jeju']);
    expect(services[1]?.at).toEqual([{ site: 'jeju', count: 2 }]);
  });

  test('leaves the document that it was made from as it was', () => {
    edited('services.web.model.boot=2m');
    expect(reader()).toMatchObject(JSON.parse(JSON.stringify(readScenario(TEXT, 'two.yaml', disk))));
  });

  test.each([
    ['services.wbe.model.boot=2m', 'services.wbe.model.boot: unknown service `wbe`; did you mean `web`?'],
    ['sites.soul.model.notice=2m', 'sites.soul.model.notice: unknown site `soul`; did you mean `seoul`?'],
    ['services.web.modle.boot=2m', 'services.web: unknown key `modle`; did you mean `model`?'],
    ['services.web.model.bot=2m', 'services.web.model: unknown key `bot`; did you mean `boot`?'],
    ['servces.web.model.boot=2m', 'unknown key `servces`; did you mean `services`?'],
    ['timeline[2].at=+1m', 'timeline[2].at: `timeline` is a list of 2; write one of `timeline[0]` to `timeline[1]`'],
    ['timeline.at=+1m', 'timeline.at: `timeline` is a list of 2; write one of `timeline[0]` to `timeline[1]`'],
    ['services[0].at=seoul', 'services[0].at: `services` is no list; write a key such as `services.web`'],
    [
      'services.web.model.boot.p50=2m',
      'services.web.model.boot.p50: `services.web.model.boot` is `2s`, so nothing is below it; set it as a whole',
    ],
  ])('with `%s` is refused with the path and the nearest', (text, message) => {
    expect(complaintsOf(() => edited(text))).toEqual([
      `command line${message.startsWith('unknown') ? ':' : ''} ${message}`,
    ]);
  });

  test('that contradicts itself is refused at the path of what contradicts, as a mistake of the command line', () => {
    expect(complaintsOf(() => edited('services.web.at=busan'))[0]).toMatch(/^command line probes\.read\.http: /);
    expect(complaintsOf(() => edited('services.web.model.boot=fast'))[0]).toMatch(
      /^command line services\.web\.model\.boot: /,
    );
  });
});
