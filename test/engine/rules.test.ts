import { describe, expect, test } from 'vitest';
import { renderRelay } from '../../src/engine/docker/relay.js';
import { type Hold, type Places, renderQueues, renderRules } from '../../src/engine/docker/rules.js';
import type { Action } from '../../src/plan/plan.js';

const ADDRESSES: Record<string, string> = { a: '10.80.0.2', b: '10.80.0.3', c: '10.80.0.4' };
const places: Places = {
  addressOf: (unit) => ADDRESSES[unit] ?? '',
  addresses: [...Object.values(ADDRESSES), '10.80.255.254'],
  relay: '10.80.255.254',
};
const SHAPE = { verb: 'shape', to: ['b'], latencyMs: 0, jitterMs: 0, loss: 0, bandwidthBps: null } as const;

describe('the rules of a unit', () => {
  test('tell nobody who sends that a packet is lost: nothing is dropped where it leaves', () => {
    const all: Action[] = [
      { verb: 'power-off', volumes: 'kept' },
      { verb: 'isolate', from: ['b', 'outside'], direction: 'both' },
      { ...SHAPE, loss: 0.3 },
      { ...SHAPE, loss: 1 },
    ];
    for (const action of all) {
      const output = chainOf(rulesFor(action), 'output');
      const drops = output.filter((rule) => rule.endsWith('drop'));
      // What is not IPv4 has no such way out.
      expect(drops).toEqual(action.verb === 'power-off' ? ['meta time < 2000 drop'] : []);
      expect(output.some((rule) => rule.endsWith('ip daddr set 127.66.66.66 accept'))).toBe(true);
      expect(chainOf(rulesFor(action), 'input')[0]).toBe('iif "lo" ip daddr 127.66.66.66 drop');
    }
  });

  test('end by themselves, each of them, but for those that concern a unit alone with itself', () => {
    const rules = rulesFor({ ...SHAPE, to: ['b', 'outside'], latencyMs: 5, loss: 0.5, bandwidthBps: 1000 });
    const own = /^(iif|oif) "lo"/;
    const others = [...chainOf(rules, 'input'), ...chainOf(rules, 'output')].filter((rule) => !own.test(rule));
    expect(others.length).toBeGreaterThan(5);
    for (const rule of others) expect(rule).toContain('meta time < 2000');
  });

  test('take everything for outside that is no address of the drill', () => {
    const outside = '{ 10.80.0.2, 10.80.0.3, 10.80.0.4, 10.80.255.254 }';
    const rules = rulesFor({ verb: 'isolate', from: ['b', 'outside'], direction: 'both' });
    expect(chainOf(rules, 'input')).toEqual([
      'iif "lo" ip daddr 127.66.66.66 drop',
      'iif "lo" accept',
      'ip saddr { 10.80.0.3 } meta time < 2000 drop',
      `ip saddr != ${outside} meta time < 2000 drop`,
    ]);
    expect(chainOf(rules, 'output')).toEqual([
      'oif "lo" accept',
      'ip daddr { 10.80.0.3 } meta time < 2000 ip daddr set 127.66.66.66 accept',
      `ip daddr != ${outside} meta time < 2000 ip daddr set 127.66.66.66 accept`,
    ]);
  });

  test('lose in one direction what is lost in one: what comes from outside is lost where it arrives', () => {
    expect(chainOf(rulesFor({ ...SHAPE, loss: 0.25 }), 'input')).toHaveLength(2);
    expect(chainOf(rulesFor({ ...SHAPE, to: ['outside'], loss: 0.25 }), 'input')[2]).toMatch(
      /^ip saddr != .* numgen random mod 1000000 < 250000 drop$/,
    );
  });

  test('lose before they send on a detour, so that a lossy line may be narrow too', () => {
    const output = chainOf(rulesFor({ ...SHAPE, loss: 0.25, bandwidthBps: 1000 }), 'output');
    expect(output).toEqual([
      'oif "lo" accept',
      'ip daddr { 10.80.0.3 } meta time < 2000 numgen random mod 1000000 < 250000 ip daddr set 127.66.66.66 accept',
      'ip daddr { 10.80.0.3 } meta time < 2000 meta mark set 61918',
    ]);
  });
});

describe('the queues of a unit', () => {
  test('make an answer to outside as late as question and answer, and one to a unit as late as one way', () => {
    const queues = renderQueues([hold({ ...SHAPE, to: ['b', 'outside'], latencyMs: 40, jitterMs: 5 })], places);
    expect(queues).toContain('handle 10: netem limit 100000 delay 40ms 5ms');
    expect(queues).toContain('handle 11: netem limit 100000 delay 80ms 10ms');
    expect(queues).not.toContain('ip rule add');
  });

  test('hold a route to the relay only while something shares a bandwidth, and nothing is left afterwards', () => {
    const open = renderQueues([hold({ ...SHAPE, bandwidthBps: 1000 })], places);
    expect(open).toContain('ip route replace default via 10.80.255.254 dev eth0 table 61918');
    expect(open).toContain('ip rule add fwmark 61918 lookup 61918');
    expect(open).not.toContain('tc qdisc add');
    const closed = renderQueues([], places);
    expect(closed).toContain('ip rule del fwmark 61918');
    expect(closed).not.toMatch(/ add | replace /);
  });
});

describe('the relay', () => {
  const bucket = { minor: 16, bps: 10_000_000, senders: ['a', 'c'], to: ['b'] };

  test('has one bucket for all that send from one side to the other', () => {
    const [script, rules] = renderRelay('d', [bucket], 1, places);
    expect(script.match(/tc class replace/g)).toHaveLength(1);
    expect(script).toContain('classid 1:10 htb rate 10000000bit');
    expect(chainOf(rules, 'forward')).toEqual([
      'ip saddr { 10.80.0.2, 10.80.0.4 } ip daddr { 10.80.0.3 } meta priority set 1:10',
    ]);
  });

  test('leaves the queues of other links as they are when one comes or goes', () => {
    const other = { ...bucket, minor: 17, senders: ['b'], to: ['a', 'c'] };
    const [both] = renderRelay('d', [bucket, other], 2, places);
    const [rest] = renderRelay('d', [other], 2, places);
    expect(both).not.toMatch(/qdisc del|class del/);
    expect(rest).toContain('tc class del dev eth0 classid 1:10 ');
    expect(rest).not.toMatch(/qdisc del|classid 1:11 2>/);
    expect(renderRelay('d', [], 2, places)[0]).toContain('tc qdisc del dev eth0 root');
  });
});

function hold(action: Action): Hold {
  return { step: { id: 's1', fault: 'f1', unit: 'a', action }, fromEpochS: 0 };
}

function rulesFor(action: Action): string {
  return renderRules('d', [hold(action)], 2000, places);
}

function chainOf(rules: string, hook: string): string[] {
  const chain = rules.slice(rules.indexOf(`chain ${hook} {`));
  return chain
    .slice(0, chain.indexOf('  }\n'))
    .split('\n')
    .slice(2)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
