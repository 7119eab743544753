import { z } from 'zod';
import { parseRate, parseShare, ratePattern, sharePattern } from './amounts.js';
import { referenceForm, siteModelForm } from './model-form.js';
import { probeForm, sloForm } from './probe-form.js';
import { runbookForm } from './runbook-form.js';
import { serviceForm } from './service-form.js';
import { parseStoryTime, storyTimePattern } from './time.js';
import { duration, exactlyOne, instant, line, mapOf, name, namesTo, targets, written } from './words.js';

/** The keys of a happening that say what happens; each has exactly one. */
export const incidentKinds = [
  'power-loss',
  'crash',
  'stop',
  'freeze',
  'partition',
  'link',
  'restore',
  'start',
  'runbook',
] as const;
/** Incidents that do not end by themselves after a time. */
export const endlessKinds = ['crash', 'restore', 'start', 'runbook'] as const;
/** What can be wrong with a link; each has at least one. */
export const linkEffects = ['latency', 'jitter', 'loss', 'bandwidth'] as const;

/** A power loss with more to say than whom it hits. */
export const powerLossForm = mapOf({
  of: targets().describe('Whom it hits.'),
  volumes: z
    .enum(['kept', 'destroyed'], { error: 'write `kept` or `destroyed`' })
    .prefault('kept')
    .describe('Whether what is on the disks survives.'),
});

/** A stop with more to say than whom it hits. */
export const stopForm = mapOf({
  of: targets().describe('Whom it hits.'),
  grace: duration().prefault('10s').describe('From the polite signal (SIGTERM) to the hard one (SIGKILL).'),
});

/** A crash of less than the whole unit. */
export const crashForm = mapOf({
  of: targets().describe('Whom it hits.'),
  process: z
    .string()
    .regex(/^[\w.+-]{1,100}$/, {
      error: 'write the name of a program or of the script that it runs, such as `worker.py`',
    })
    .optional()
    .describe('Kill the processes that run this program or script, and not the first process of the unit.'),
});

/** Either `groups`, or `from` and `to`. */
export const partitionForm = mapOf({
  groups: z
    .array(targets(), { error: 'write a list of groups such as `[[pangyo], [anyang, ansan]]`' })
    .min(2, { error: 'write at least two groups such as `[[pangyo], [anyang, ansan]]`' })
    .optional()
    .describe('Groups of targets; nothing passes from one to another, everything inside of each.'),
  from: targets()
    .optional()
    .describe('One way: what these send to the targets of `to` is lost; the other way it passes.'),
  to: targets().optional().describe('One way: who no longer hears from the targets of `from`.'),
}).meta({
  oneOf: [
    { required: ['groups'], not: { anyOf: [{ required: ['from'] }, { required: ['to'] }] } },
    { required: ['from', 'to'] },
  ],
});

const SHARE = 'write a share of packets such as `2%`';
const RATE = 'write bits per second such as `10mbit` (kbit, mbit, gbit)';

/** A bad line between two sides. */
export const linkForm = mapOf({
  between: z
    .tuple([targets(), targets()], { error: 'write the two sides, such as `[pangyo, anyang]`' })
    .describe('The two sides; each is a target or a list of targets.'),
  latency: duration().optional().describe('Added to each packet, one way.'),
  jitter: duration().optional().describe('By how much the latency varies, up and down.'),
  loss: written(sharePattern, parseShare, SHARE).optional().describe('The share of packets lost, each way.'),
  bandwidth: written(ratePattern, parseRate, RATE)
    .optional()
    .describe('Bits per second, each way, shared by all who send.'),
}).meta({ anyOf: linkEffects.map((effect) => ({ required: [effect] })) });

const RESTORED = ['`all`', 'the name of an earlier happening'];

/** A restore with an order. */
export const restoreForm = mapOf({
  site: targets().optional().describe('The same as `of`.'),
  of: targets(...RESTORED)
    .optional()
    .describe('Who comes back.'),
  waves: z
    .array(targets(), { error: 'write a list of waves such as `[[etcd], [db], [app]]`' })
    .min(1, { error: 'write at least one wave such as `[[etcd], [db], [app]]`' })
    .optional()
    .describe('Who comes back first, second, …; without it, all at once.'),
  every: duration().prefault('10s').describe('From the beginning of a wave to that of the next.'),
  volumes: z
    .enum(['kept', 'destroyed'], { error: 'write `kept` or `destroyed`' })
    .prefault('kept')
    .describe('Whether what lost its power comes back with what was on its disks, or with empty ones.'),
}).meta({ oneOf: exactlyOne(['site', 'of']) });

const INCIDENT = 'write a target, a list of targets, or a map with `of`';

/** One entry of the timeline. */
export const happeningForm = mapOf({
  at: instant().describe('When it happens: a time of day, a full date and time, or an offset such as `+10m`.'),
  name: name().optional().describe('A name by which a later `restore` can undo exactly this.'),
  for: duration(1)
    .optional()
    .describe('It ends by itself after this time. Not with `crash`, `restore`, `start` and `runbook`.'),
  'power-loss': z
    .union([targets(), powerLossForm], { error: INCIDENT })
    .optional()
    .describe('Silence at one instant: nothing runs, nothing answers, memory is lost.'),
  crash: z
    .union([targets(), crashForm], { error: INCIDENT })
    .optional()
    .describe('The main process is killed, or one below it; the restart policy applies.'),
  stop: z
    .union([targets(), stopForm], { error: INCIDENT })
    .optional()
    .describe('A polite end; it stays down until restored.'),
  freeze: targets().optional().describe('Paused where it stands, memory kept.'),
  partition: partitionForm.optional().describe('The network between groups is cut; everything goes on running.'),
  link: linkForm.optional().describe('The network between two sides is slow, lossy or thin.'),
  restore: z
    .union([targets(...RESTORED), restoreForm], { error: `${INCIDENT} and \`waves\`` })
    .optional()
    .describe('Undoes what was done to these targets.'),
  start: targets()
    .optional()
    .describe('Starts spares, which are made and not started when the drill begins; see `spare` of a service.'),
  runbook: runbookForm
    .optional()
    .describe('What people and automation do about it, step by step; a step whose console or need is dark waits.'),
}).meta({
  oneOf: exactlyOne(incidentKinds),
  not: { anyOf: [...endlessKinds.map((kind) => ({ required: ['for', kind] })), { required: ['name', 'start'] }] },
});

const CIDR = 'write an IPv4 range such as `10.77.0.0/16`';
const cidr = () => z.string({ error: CIDR }).regex(/^\d{1,3}(?:\.\d{1,3}){3}\/\d{1,2}$/, { error: CIDR });
const PROBES =
  'write a map from a name to what is asked, such as `read: { http: "http://web:8080/" }`; without it nothing would be measured';
const TIMELINE = 'write a list of happenings, each with `at`; without it nothing would happen';
const BEGINS = 'write a time of day in quotes such as "15:29:30", or a full "2022-10-15T15:29:30"';

/** The gate before the story begins. */
export const steadyForm = mapOf({
  for: duration().prefault('2s').describe('How long every probe must be good without a break.'),
  within: duration().prefault('30s').describe('How long to wait for that; then the drill ends with nothing broken.'),
});

/** What stops the drill by itself. */
export const guardForm = mapOf({
  down: namesTo(duration(1), 'write a map from a probe to a duration such as `{ write: 1m }`')
    .prefault({})
    .describe('For each probe, how long it may have no good answer.'),
  availability: namesTo(
    written(sharePattern, parseShare, 'write a share such as `50%`'),
    'write a map from a probe to a share such as `{ write: 50% }`',
  )
    .prefault({})
    .describe('For each probe, the least share of good answers since the story began, judged from the 20th answer on.'),
  bystanders: z
    .boolean({ error: 'write true or false' })
    .prefault(true)
    .describe(
      'Whether the drill stops when something that no drill made changes after a call of firedrill had named it; other changes are remarks.',
    ),
});

/** A site. */
export const siteForm = mapOf({
  addresses: cidr()
    .optional()
    .describe("The site's slice of the network as IPv4 CIDR, at least /28; for all sites or for none."),
  model: siteModelForm.optional().describe('How the simulated engine plays it; Docker does not look at this.'),
});

/** A whole scenario: the validator that reads one, and the source of the published JSON Schema. */
export const scenarioForm = mapOf({
  version: z.literal(1, { error: 'write `version: 1`' }).describe('The version of this language: 1.'),
  name: line('write what this drill is called, as text in one line; in quotes if it is a number').describe(
    'What this drill is called, in every report.',
  ),
  about: z
    .string({ error: 'write what this drill teaches, as text' })
    .prefault('')
    .describe('What this drill teaches.'),
  begins: written(storyTimePattern, parseStoryTime, BEGINS).describe("The story's time at the beginning of the drill."),
  ends: instant().describe('When the drill ends: a time of day, a full date and time, or an offset such as `+5m`.'),
  pace: z
    .enum(['real-time', 'skip-idle'], { error: 'write `real-time` or `skip-idle`' })
    .prefault('real-time')
    .describe(
      '`skip-idle`: when nothing has changed for as long as `settle` says, the story jumps to just before what comes next.',
    ),
  settle: duration(1000, 3_600_000)
    .optional()
    .describe(
      "With `pace: skip-idle`, how long nothing must have changed, from `1s` to `60m`, by default `1m`; longer than every timer of the services' own.",
    ),
  network: cidr()
    .optional()
    .describe("The drill's network as IPv4 CIDR, /8 to /24; without it the engine chooses a free one."),
  lease: duration(5000, 600_000)
    .prefault('30s')
    .describe(
      'How long the kernel keeps a network fault when nothing of the drill is alive any more, from `5s` to `10m`; it is renewed while the drill lives.',
    ),
  sites: namesTo(siteForm.nullable(), 'write a map of sites such as `{ pangyo: {}, anyang: {} }`')
    .prefault({})
    .describe('The places that fail alone: data centres, zones, rooms.'),
  services: namesTo(serviceForm, 'write a map from a name to what runs under it').describe('What runs, and where.'),
  probes: namesTo(probeForm, PROBES).describe('Users who look at a service on a fixed schedule.'),
  steady: steadyForm.prefault({}).describe('The gate before the story begins: no drill starts in a burning building.'),
  slo: namesTo(sloForm, 'write a map from a probe to its objectives')
    .prefault({})
    .describe('For each probe, the numbers that must be reached.'),
  guard: guardForm
    .prefault({})
    .describe('When the drill goes too far: it stops by itself, and everything is restored.'),
  reference: z
    .array(referenceForm, { error: 'write a list of documented outcomes, each with `probe`, `measure` and `value`' })
    .prefault([])
    .describe('What was documented of the real outage; the report sets it beside what the drill gives.'),
  timeline: z.array(happeningForm, { error: TIMELINE }).describe('What happens, and when.'),
});
