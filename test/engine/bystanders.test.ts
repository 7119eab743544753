import type Docker from 'dockerode';
import { describe, expect, test } from 'vitest';
import { virtualClock } from '../../src/clock.js';
import { makeBystanders, stirOf } from '../../src/engine/docker/bystanders.js';
import { recordTouches } from '../../src/engine/docker/touches.js';

const ID = 'a'.repeat(64);
const OTHER = 'b'.repeat(64);

describe('an event of Docker', () => {
  const stir = (type: string, action: string, attributes: Record<string, string>, known: readonly string[] = []) =>
    stirOf(
      { Type: type, Action: action, Actor: { ID, Attributes: attributes } },
      (thing) => known.includes(thing),
      'd-2',
    );

  test('tells what became of a container, of its health, and of a network', () => {
    expect(stir('container', 'die', { name: 'web', image: 'nginx:1' })).toMatchObject({
      thing: 'container web',
      change: 'died',
    });
    expect(stir('container', 'health_status: unhealthy', { name: 'web' })).toMatchObject({
      change: 'became unhealthy',
    });
    expect(stir('network', 'create', { name: 'theirs', type: 'bridge' })).toMatchObject({
      thing: 'network theirs',
      change: 'was made',
    });
  });

  test('of a drill, of an examination, of a step of a build, and of a look inside tells nothing', () => {
    expect(stir('container', 'die', { name: 'firedrill-d-1-web', 'firedrill.drill': 'd-1' })).toBeNull();
    expect(stir('container', 'die', { name: 'firedrill-examination-1', 'firedrill.role': 'examination' })).toBeNull();
    expect(stir('network', 'destroy', { name: 'firedrill-d-1abc' })).toBeNull();
    const volume = { Type: 'volume', Action: 'create', Actor: { ID: 'firedrill-d-2-store-0', Attributes: {} } };
    expect(stirOf(volume, () => true, 'd-2')).toBeNull();
    expect(stir('container', 'create', { name: 'happy_turing', image: `sha256:${ID}` })).toBeNull();
    expect(stir('container', 'exec_start: true', { name: 'web' })).toBeNull();
    expect(stir('volume', 'create', { driver: 'local' })).toBeNull();
    expect(stirOf({}, () => true, null)).toBeNull();
  });

  test('of harm to a helper of the own drill tells of it, and of nothing else of that drill', () => {
    const anchor = { name: 'firedrill-d-2-web-anchor', 'firedrill.drill': 'd-2', 'firedrill.role': 'anchor' };
    expect(stir('container', 'pause', anchor)).toMatchObject({ change: 'was paused', isHelper: true });
    expect(stir('container', 'start', anchor)).toBeNull();
    expect(stir('container', 'die', { ...anchor, 'firedrill.role': 'unit' })).toBeNull();
    expect(stir('container', 'die', { ...anchor, 'firedrill.drill': 'd-1' })).toBeNull();
  });

  test('of a volume tells something where it was there before', () => {
    expect(stir('volume', 'destroy', { driver: 'local' }, [`volume ${ID}`])).toMatchObject({ change: 'was removed' });
  });
});

describe('the stream of events', () => {
  const event = (action: string, name: string, id: string, timeNano: number, more = {}) =>
    `${JSON.stringify({ Type: 'container', Action: action, Actor: { ID: id, Attributes: { name, ...more } }, timeNano })}\n`;

  /** What is heard from streams that give these chunks, one stream after the other, and from when each was asked for. */
  async function hear(streams: readonly Iterable<string>[]) {
    const clock = virtualClock();
    const asked: unknown[] = [];
    const over = new AbortController();
    const heard: string[] = [];
    const woken: string[] = [];
    const docker = {
      getContainer: (id: string) => ({ unpause: async () => void woken.push(id) }),
      async getEvents({ since = null }: { since?: string | null }) {
        asked.push(since);
        if (asked.length === streams.length) over.abort();
        return (async function* () {
          for (const chunk of streams[asked.length - 1] ?? []) yield Buffer.from(chunk);
          throw new Error('socket hang up');
        })();
      },
    } as unknown as Docker;
    const bystanders = makeBystanders(docker, clock, { has: () => false }, () => 'd-1');
    bystanders.meet('container web', ID);
    await clock.run(() => bystanders.watch(({ thing, change }) => void heard.push(`${thing} ${change}`), over.signal));
    return { asked, heard, woken };
  }

  test('that breaks off is taken up after its last event, and whatever is no event is left out', async () => {
    const cut = event('start', 'web', ID, 1_700_000_001_500_000_000);
    const { asked, heard } = await hear([
      [event('die', 'web', ID, 1_700_000_000_500_000_000), 'nonsense\nnull\n', cut.slice(0, 20)],
      [cut.slice(0, 30), cut.slice(30)],
    ]);
    expect(heard).toEqual(['container web died', 'container web was started']);
    expect(asked[0]).toBeNull();
    expect(Number(asked[1])).toBeCloseTo(1_700_000_000.500001, 5);
  });

  test('may hold a line without an end, of which no more is kept than an event can be', async () => {
    const chunk = 'x'.repeat(65_536);
    const endless = function* () {
      for (let count = 0; count < 8000; count += 1) yield chunk;
      yield '\n';
      yield event('die', 'web', ID, 1);
    };
    const before = process.memoryUsage().rss;
    const { heard } = await hear([endless()]);
    expect(heard).toEqual(['container web died']);
    expect(process.memoryUsage().rss - before).toBeLessThan(250 * 2 ** 20);
  });

  test('that tells of a helper of the drill which was paused has it go on at once, and nobody else', async () => {
    const anchor = { 'firedrill.drill': 'd-1', 'firedrill.role': 'anchor' };
    const { heard, woken } = await hear([
      [event('pause', 'web', OTHER, 1), event('pause', 'firedrill-d-1-web-anchor', ID, 2, anchor)],
    ]);
    expect(heard).toEqual(['container web was paused', 'container firedrill-d-1-web-anchor was paused']);
    expect(woken).toEqual([ID]);
  });

  test('tells of a container under the name that it had first, however it is renamed', async () => {
    const { heard } = await hear([
      [event('rename', 'other', ID, 1, { oldName: '/web' }), event('die', 'other', ID, 2)],
    ]);
    expect(heard).toEqual(['container web was renamed', 'container web died']);
  });
});

describe('what the calls of a client named', () => {
  function clientWith(): { send(method: string, path: string, body?: string): void; docker: Docker } {
    const modem = { buildRequest() {} };
    const docker = { modem } as unknown as Docker;
    const send = (method: string, path: string, body?: string) =>
      (modem.buildRequest as (...args: unknown[]) => void)({ path }, { method, path }, body, () => {});
    return { docker, send };
  }

  test('are the containers, networks and volumes in the path of what changes something, and the ids in its body', () => {
    const { docker, send } = clientWith();
    const touches = recordTouches(docker);
    send('GET', `/v1.41/containers/${ID}/json`);
    expect(touches.has(ID)).toBe(false);
    send('POST', `/v1.41/containers/${ID}/pause?`);
    send('DELETE', '/volumes/my%20data?force=true');
    send('POST', '/networks/theirs/connect', '{"Container":"web"}');
    send('POST', '/containers/hand/exec', JSON.stringify({ Cmd: ['sh', '-c', 'kill', `123:${OTHER}`] }));
    for (const named of [ID, ID.slice(0, 12), 'my data', 'theirs', 'web', OTHER, 'hand']) {
      expect(touches.has(named), named).toBe(true);
    }
    expect(touches.has('c'.repeat(64))).toBe(false);
    expect(touches.has('db')).toBe(false);
  });

  test('may be everything when all that is unused was cleared', () => {
    const { docker, send } = clientWith();
    const touches = recordTouches(docker);
    send('POST', '/v1.41/volumes/prune?');
    expect(touches.has('whatever')).toBe(true);
  });
});
