import type { Broken } from './broken-topology.js';

/** Mistakes of the section `probes`. */
export const probes: Broken[] = [
  ['two ways of asking', '{ tcp: "db', '{ http: "http://proxy/", »tcp: "db', 'probes.port', 'remove one of them'],
  [
    'no way of asking',
    'port: { tcp: "db-pangyo-2:5432" }',
    '»port: { every: 1s }',
    'probes.port.http',
    '`http`, `tcp`, `exec`',
  ],
  [
    'an address that is none',
    '"http://proxy:8080/messages" }',
    '»"https://proxy/" }',
    'probes.read.http',
    'such as "http://web:8080/"',
  ],
  ['an unknown host', '"db-pangyo-2:5432"', '»"db-pangyo-3:5432"', 'probes.port.tcp', 'did you mean `db-pangyo'],
  [
    'a service with several units',
    '"db-pangyo-2:5432"',
    '»"db:5432"',
    'probes.port.tcp',
    '`db` has 3 units; write one of them, such as `db-pangyo`',
  ],
  [
    'a host at no site',
    '"http://app-{site}:8080',
    '»"http://apq-{site}:8080',
    'probes.site.http',
    'did you mean `app-pangyo`?',
  ],
  ['a unit that is none', 'in: etcd-ansan', 'in: »etcd-ansna', 'probes.inside.exec.in', 'did you mean `etcd-ansan`?'],
  [
    'a key of another way of asking',
    'tcp: "db-pangyo-2:5432"',
    'tcp: "db-pangyo-2:5432", »query: select 1',
    'probes.port',
    'belongs to `postgres`',
  ],
  [
    'a secret without a name',
    '"postgres://app:p%40ss@',
    '»"postgres://app:{secret:}@',
    'probes.sql.postgres',
    'write `{secret:NAME}`',
  ],
  ['too fast', 'every: 500ms', 'every: »5ms', 'probes.site.every', 'at least 10ms'],
  ['neither read nor write', 'does: write', 'does: »both', 'probes.write.does', '`read` or `write`'],
  ['a status that is none', 'expect: 201', 'expect: »"ok"', 'probes.write.expect', 'such as 200'],
];

/** Mistakes of the section `slo`. */
export const objectives: Broken[] = [
  ['an unknown probe', '  read: { availability', '  »raed: { availability', 'slo', 'did you mean `read`?'],
  ['a mistyped objective', '{ recover: 45s', '{ »recvoer: 45s', 'slo.write', 'did you mean `recover`?'],
  ['no objective', '{ availability: 95%, latency: p50 < 20ms }', '»{}', 'slo.read', 'write one such as `recover: 45s`'],
  ['a loss of less than nothing', 'lose: 0', 'lose: »-1', 'slo.write.lose', 'how many acknowledged writes'],
  ['an availability over 100 %', '95%', '»950%', 'slo.read.availability', '`99.9% over 30d`'],
  ['a quantile that is not kept', 'p99 < 1s', '»p90 < 1s', 'slo.write.latency[1]', 'p50, p95 or p99'],
];

/** Mistakes of the section `timeline`. */
export const timeline: Broken[] = [
  [
    'a happening before the beginning',
    '"15:30"\n    name',
    '»"15:29"\n    name',
    'timeline[0].at',
    'before the drill begins at 15:29:30',
  ],
  ['a happening after the end', '+4m', '»+11m', 'timeline[2].at', 'after the drill ends at 15:40:00'],
  ['nothing that happens', '\n    freeze: etcd', '', 'timeline[4].power-loss', 'write one of `power-loss`, `crash`'],
  [
    'two things that happen',
    '    freeze: etcd',
    '    freeze: etcd\n    »crash: db',
    'timeline[4]',
    'remove one of them',
  ],
  ['a mistyped incident', 'freeze: etcd', '»freze: etcd', 'timeline[4]', 'did you mean `freeze`?'],
  [
    'an unknown target',
    'power-loss: pangyo',
    'power-loss: »pangio',
    'timeline[0].power-loss',
    'did you mean `pangyo`?',
  ],
  [
    'an unknown target in a list',
    'of: [app-anyang]',
    'of: [»app-anyagn]',
    'timeline[3].stop.of[0]',
    'did you mean `app-anyang`?',
  ],
  ['a service where it does not run', 'db@anyang', '»db@ansan', 'timeline[2].crash', 'resolves to no unit'],
  ['an unknown service at a site', 'db@anyang', '»dbb@anyang', 'timeline[2].crash', 'did you mean `db`?'],
  ['a service at an unknown site', 'db@anyang', '»db@anyagn', 'timeline[2].crash', 'did you mean `anyang`?'],
  ['an empty target', 'power-loss: pangyo', 'power-loss: »""', 'timeline[0].power-loss', 'write the name of a site'],
  ['an empty list of targets', 'power-loss: pangyo', 'power-loss: »[]', 'timeline[0].power-loss', 'the list is empty'],
  [
    'everything as a target',
    'power-loss: pangyo',
    'power-loss: »all',
    'timeline[0].power-loss',
    'can only be restored',
  ],
  [
    'a crash that ends by itself',
    '    crash: db@anyang',
    '    crash: db@anyang\n    »for: 5s',
    'timeline[2]',
    'remove `for`',
  ],
  [
    'a restore of what comes later',
    'restore: split',
    'restore: »later\n  - { at: "15:38", name: later, freeze: etcd }\n  - { at: "15:39", freeze: db }\n#',
    'timeline[6].restore',
    'does not happen before this',
  ],
  ['a restore of an unknown name', 'restore: split', 'restore: »spilt', 'timeline[6].restore', 'did you mean `split`?'],
  [
    'an unknown service in a wave',
    '[[etcd], [db], [app]]',
    '[[etcd], [»dbb], [app]]',
    'timeline[1].restore.waves[1][0]',
    'did you mean `db`?',
  ],
  [
    'a time between waves without waves',
    '{ site: pangyo, waves: [[etcd], [db], [app]], every: 20s }',
    '{ site: pangyo, »every: 20s }',
    'timeline[1].restore',
    'write `waves` too',
  ],
  ['a name that is taken', '+4m', '+4m\n    name: »blackout', 'timeline[2].name', 'already the name'],
  ['a name of a unit', '+4m', '+4m\n    name: »db-pangyo-2', 'timeline[2].name', 'already the name'],
  ['one group', '[[pangyo], [anyang, ansan]]', '»[[pangyo]]', 'timeline[5].partition.groups', 'at least two groups'],
  [
    'a unit in two groups',
    '[[pangyo], [anyang, ansan]]',
    '[[pangyo], [anyang, pangyo]]',
    'timeline[5].partition',
    'on two sides',
  ],
  [
    'one way to nowhere',
    'from: pangyo, to: [anyang, ansan]',
    'from: pangyo',
    'timeline[7].partition.to',
    'needs `from` and `to`',
  ],
  ['a link to itself', '[pangyo, [anyang, ansan]]', '»[pangyo, pangyo]', 'timeline[8].link.between', 'on two sides'],
  [
    'a link without an effect',
    'latency: 80ms, jitter: 10ms, loss: 2%, bandwidth: 10mbit',
    '',
    'timeline[8].link.latency',
    '`latency`, `jitter`, `loss`, `bandwidth`',
  ],
  ['a share without a sign', 'loss: 2%', 'loss: »2', 'timeline[8].link.loss', 'such as `2%`'],
  ['a bandwidth without a unit', '10mbit', '»10', 'timeline[8].link.bandwidth', '`10mbit`'],
];

/** Mistakes of the YAML itself. */
export const yaml: Broken[] = [
  ['a custom tag', 'name: Datacenter', 'name: !js/function »Datacenter', 'name', 'remove it and write the plain value'],
  ['a key twice', 'steady: {', 'steady: {}\n»steady: {', '', 'stands twice'],
  ['a merge key', 'steady: {', 'steady: { »<<: { for: 1s },', 'steady', 'merge keys are not part of YAML 1.2'],
  ['an alias without an anchor', 'freeze: etcd', 'freeze: »*etcd', 'timeline[4].freeze', 'write the value out'],
  ['a second document', 'steady: {', '»---\nsteady: {', '', 'a scenario is one document'],
  ['a key that is no text', 'steady: {', '? »[a]\n: b\nsteady: {', '', 'keys are plain text'],
  ['a quote that is not closed', 'restore: all\n', 'restore: "all\n»', '', 'close the quotes'],
  ['a tab', '    freeze: etcd', '»\tfreeze: etcd', '', 'not YAML'],
];
