import { describe, expect, test } from 'vitest';
import { changesFor, OUTAGE, reading } from './laboratory.js';

const changes = changesFor(OUTAGE);

function changed(key: string, text = OUTAGE) {
  const change = changesFor(text).find((one) => one.key === key);
  if (change === undefined) throw new Error(`there is no change ${key}`);
  const scenario = reading(text)(change.edits);
  const serviceOf = (name: string) => scenario.services.find((service) => service.name === name);
  const siteOf = (name: string) => scenario.sites.find((site) => site.name === name);
  return { ...change, scenario, serviceOf, siteOf };
}

describe('the changes of a scenario', () => {
  test('are those that apply, each once', () => {
    expect(changes.map(({ key }) => key)).toEqual([
      'site eyes',
      'site deploy',
      'site director',
      'site auth',
      'site votes',
      'controller director',
      'tools eyes',
      'tools deploy',
      'tools all',
      'capacity text',
      'crew pangyo',
      'boot',
      'power',
      'replication store',
    ]);
  });

  test.each(changes.map((change) => [change.title, change]))('%s: the scenario can be like that', (_, change) => {
    expect(() => reading(OUTAGE)(change.edits)).not.toThrow();
  });

  test('a second site is one that is not hit and near what it needs; servers and people come along', () => {
    const { title, serviceOf, siteOf } = changed('site auth');
    expect(title).toBe('auth at anyang too');
    expect(serviceOf('auth')?.at).toEqual([
      { site: 'pangyo', count: 1 },
      { site: 'anyang', count: 1 },
    ]);
    expect(siteOf('anyang')?.model?.crew).toEqual({ people: 1, eachMs: 0 });
    expect(changed('site deploy').serviceOf('deploy')?.model.servers).toEqual({ pangyo: 3, anyang: 3 });
  });

  test('who leads by majority gets two sites more', () => {
    expect(
      changed('site votes')
        .serviceOf('votes')
        ?.at.map(({ site }) => site),
    ).toEqual(['pangyo', 'anyang', 'ansan']);
  });

  test('where every site is hit, the second one is new', () => {
    const alone = OUTAGE.replace('[pangyo, ansan]', 'pangyo')
      .replace('[pangyo, anyang]', 'pangyo')
      .replace(', anyang: 50', '');
    const text = alone.replace('  anyang: {}\n  ansan: {}\n', '');
    const { title, scenario } = changed('site auth', text);
    expect(title).toBe('auth at elsewhere too');
    expect(scenario.sites.map(({ name }) => name)).toEqual(['pangyo', 'elsewhere']);
  });

  test('the controller goes elsewhere, and so does each tool, with its servers, and all of them together', () => {
    expect(changed('controller director')).toMatchObject({ title: 'director at anyang instead', about: 'controller' });
    expect(changed('controller director').serviceOf('director')?.at).toEqual([{ site: 'anyang', count: 1 }]);
    const { title, serviceOf } = changed('tools all');
    expect(title).toBe('all 2 tools at anyang instead');
    expect(['eyes', 'deploy'].map((name) => serviceOf(name)?.at)).toEqual([
      [{ site: 'anyang', count: 1 }],
      [{ site: 'anyang', count: 1 }],
    ]);
    expect(serviceOf('deploy')?.model.servers).toEqual({ anyang: 3 });
  });

  test('survivors have a quarter more servers, the dead site as many as before', () => {
    expect(changed('capacity text').serviceOf('text')?.model.servers).toEqual({ pangyo: 100, anyang: 63 });
  });

  test('the crew is twice as large, and no server waits for it', () => {
    expect(changed('crew pangyo')).toMatchObject({ title: 'twice the crew at pangyo (6 people)' });
    expect(changed('crew pangyo').siteOf('pangyo')?.model?.crew?.people).toBe(6);
    const { serviceOf } = changed('boot');
    expect(['auth', 'deploy'].map((name) => serviceOf(name)?.model.start)).toEqual(['automatic', 'automatic']);
  });

  test('power is back in half the time, and every step of its return comes in half the time', () => {
    const { title, scenario, siteOf } = changed('power');
    expect(title).toBe('power back in half the time (5 h)');
    expect(scenario.timeline.map(({ atMs }) => atMs / 60_000)).toEqual([30, 330]);
    expect(siteOf('pangyo')?.model?.power).toEqual([
      { afterMs: 0, share: 0.125 },
      { afterMs: 5_400_000, share: 1 },
    ]);
  });

  test('a power loss that ends by itself does so in half the time', () => {
    const text = OUTAGE.replace('power-loss: pangyo }', 'power-loss: pangyo, for: 3h }').replace(
      / {2}- .*restore.*\n/,
      '',
    );
    expect(changed('power', text).scenario.timeline[0]?.forMs).toBe(5_400_000);
  });

  test('copies that are behind are kept in step', () => {
    const { model } = changed('replication store').serviceOf('store') ?? {};
    expect(model?.replication).toBe('sync');
    expect(model?.lagMs).toBeUndefined();
    const led = OUTAGE.replace('replication: async, lag: 5s', 'replication: async, step-down: 5s').replace(
      'role: standby',
      'role: leader',
    );
    expect(changed('replication store', led).serviceOf('store')?.model.stepDownMs).toBeUndefined();
  });

  test('there are none for what is not hit, and none at all without a fault that kills', () => {
    const ansan = OUTAGE.replaceAll(/: pangyo }/g, ': ansan }');
    const keys = changesFor(ansan).map(({ key }) => key);
    expect(keys).toEqual(['power', 'replication store']);
    const freeze = OUTAGE.replace('power-loss: pangyo', 'link: { between: [pangyo, anyang], latency: 5ms }');
    expect(changesFor(freeze.replace('restore: pangyo', 'restore: all')).map(({ key }) => key)).toEqual([
      'replication store',
    ]);
  });
});
