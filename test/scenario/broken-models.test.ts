import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { problemsOf, read } from './samples.js';

/** The example of the language's description that has every key of the model. */
const readme = readFileSync(new URL('../../scenarios/README.md', import.meta.url), 'utf8');
const example = [...readme.matchAll(/^```yaml\n(.*?)^```$/gms)]
  .map((match) => match[1] as string)
  .find((text) => text.includes('Every key of the model')) as string;

/** What is written instead of a passage, with » where the problem is, and what the message must say. */
const BROKEN: [title: string, passage: string, replacement: string, path: string, remedy: string][] = [
  ['a capacity of nothing', 'capacity: 100', 'capacity: »0', 'services.text.model.capacity', 'at least 1'],
  ['no servers', 'pangyo: 2000,', 'pangyo: »0,', 'services.text.model.servers.pangyo', 'from 1 to 10000000'],
  [
    'servers where it does not run',
    '{ pangyo: 2000, anyang: 800 }',
    '{ pangyo: 2000, »ansan: 800 }',
    'services.text.model.servers',
    'write one of `pangyo`, `anyang`',
  ],
  [
    'more demand than all servers carry',
    'demand: 60000',
    'demand: »280001',
    'services.text.model.demand',
    'all its servers carry 280000 requests a second',
  ],
  [
    'a demand that nobody knows to be met',
    '      capacity: 100\n',
    '',
    'services.text.model',
    '`demand` means nothing without `capacity`',
  ],
  [
    'a surge of no demand',
    '      capacity: 100\n      demand: 60000\n',
    '',
    'services.text.model',
    '`reconnect` means nothing without `demand`',
  ],
  [
    'a circle of needs',
    'cache: { at: [pangyo, anyang], model',
    'cache: { at: [pangyo, anyang], needs: »[text], model',
    'services.cache.needs',
    'needs go in a circle: cache → text → cache',
  ],
  [
    'a quorum larger than its group',
    'quorum: 1',
    'quorum: »3',
    'services.cache.model.quorum',
    'a quorum of 3 is larger than the group of 2; write at most 2',
  ],
  ['a quorum of nobody', 'quorum: 1', 'quorum: »0', 'services.cache.model.quorum', 'at least 1'],
  [
    'one in twenty quicker than half',
    'decide: { p50: 10m, p95: 30m }',
    'decide: »{ p50: 40m, p95: 30m }',
    'sites.pangyo.model.decide',
    '`p95` is shorter than `p50`',
  ],
  [
    'a median alone',
    'decide: { p50: 10m, p95: 30m }',
    'decide: »{ p50: 40m }',
    'sites.pangyo.model.decide',
    '`{ p50: 4m, p95: 12m }`',
  ],
  [
    'two distributions at once',
    '{ exponential: 2m }',
    '»{ exponential: 2m, p50: 1m, p95: 2m }',
    'services.director.model.boot',
    '`{ exponential: 5m }`',
  ],
  [
    'a range with the longer first',
    'each: 1m..3m',
    'each: »3m..1m',
    'sites.pangyo.model.crew.each',
    'such as `3m..9m`, the shorter first',
  ],
  ['a crew of nobody', 'people: 20', 'people: »0', 'sites.pangyo.model.crew.people', 'at least 1'],
  [
    'by hand where nobody has hands',
    '      crew: { people: 20, each: 1m..3m }\n',
    '',
    'services.monitor.model.start',
    '`pangyo` has no crew; write `crew: { people: 10, each: 5m }`',
  ],
  [
    'an unknown controller',
    'controller: director',
    'controller: »directer',
    'services.store.model.controller',
    'did you mean `director`?',
  ],
  [
    'a controller of itself',
    'controller: director',
    'controller: »store',
    'services.store.model.controller',
    '`store` cannot be its own controller',
  ],
  [
    'a controller of what nobody leads',
    'role: standby, controller',
    'role: any, »controller',
    'services.store.model',
    'write `role: standby`, or remove it',
  ],
  [
    'an unknown tool',
    'tools: [director]',
    'tools: [»dirctor]',
    'services.text.model.tools[0]',
    'did you mean `director`?',
  ],
  ['a tool for itself', 'tools: [director]', 'tools: [»text]', 'services.text.model.tools[0]', 'its own tool'],
  [
    'an unknown monitoring',
    'monitoring: monitor\n',
    'monitoring: »moniter\n',
    'sites.pangyo.model.monitoring',
    'did you mean `monitor`?',
  ],
  [
    'blind without a monitoring',
    '      monitoring: monitor\n',
    '',
    'sites.pangyo.model',
    'nobody is blind without a `monitoring` that fails',
  ],
  [
    'a need at its site that is not there',
    'cache: { at: [pangyo, anyang],',
    'cache: { at: [pangyo],',
    'services.text.model.needs-here[0]',
    '`cache` does not run at `anyang`',
  ],
  [
    'a soft need that it does not need',
    'needs-softly: [cache]',
    'needs-softly: [»director]',
    'services.text.model.needs-softly[0]',
    '`director` is none of the `needs` of `text`',
  ],
  [
    'a lag of a copy that is kept in step',
    'replication: async, lag',
    'replication: sync, »lag',
    'services.store.model',
    'has no `lag`',
  ],
  [
    'a leader that takes writes without the majority that they wait for',
    'role: leader, replication: async, step-down',
    'role: leader, replication: sync, »step-down',
    'services.cache.model',
    'only a leader whose writes wait for nobody',
  ],
  ['power that goes again', '7h30m: 90%', '7h30m: »40%', 'sites.pangyo.model.power.7h30m', 'write at least that'],
  [
    'two steps of power at one instant',
    '3h: 45%, 7h30m',
    '3h: 45%, »180m: 60%, 7h30m',
    'sites.pangyo.model.power',
    '`180m` is the same as `3h`',
  ],
  ['more than all power', '2d: 100%', '2d: »101%', 'sites.pangyo.model.power.2d', 'write a map from the time'],
  ['a repair without a rate', '20TB at 1GB/s', '»20TB', 'services.store.model.repair', 'such as `36TB at 250MB/s`'],
  ['a mistyped key', 'half-life', '»halflife', 'services.text.model.reconnect', 'did you mean `half-life`?'],
  ['a reference to no probe', '- { probe: text', '- { probe: »txt', 'reference[0].probe', 'did you mean `text`?'],
  [
    'a reference in other words than its measure',
    'value: 10h4m',
    'value: »99%',
    'reference[0].value',
    'write a duration such as `10h4m`',
  ],
  [
    'a reference from nowhere',
    ", source: the company's notice",
    '',
    'reference[0].source',
    'write where it was published',
  ],
];

test('the example of the model is right, and needs no image', () => {
  expect(problemsOf(example)).toEqual([]);
  expect(read(example).services.map(({ build, image }) => build ?? image)).toEqual(Array(6).fill(null));
});

describe('a bad model is refused: once, at its place, with the reason and what to write instead', () => {
  test.each(BROKEN)('%s', (_, passage, replacement, path, remedy) => {
    expect(example.split(passage)).toHaveLength(2);
    const marked = example.replace(passage, replacement);
    const problems = problemsOf(marked.replace('»', ''));
    expect(problems.map(({ path: where, message }) => [where, message])).toEqual([
      [path, expect.stringContaining(remedy)],
    ]);
    const at = marked.indexOf('»');
    if (at < 0) return;
    const before = marked.slice(0, at).split('\n');
    expect([problems[0]?.line, problems[0]?.col]).toEqual([before.length, (before.at(-1)?.length ?? 0) + 1]);
  });
});
