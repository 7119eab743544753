import { z } from 'zod';
import { parseReadyHttp, parseReadyTcp, readyHttpPattern, readyTcpPattern } from './addresses.js';
import { bytesPattern, parseBytes } from './amounts.js';
import { modelForm } from './model-form.js';
import { secretNamePattern } from './secrets.js';
import { command, duration, exactlyOne, mapOf, namePattern, text, whole, written } from './words.js';

/** The keys that say how a service's readiness is seen; a `ready` has exactly one. */
export const readyKinds = ['http', 'tcp', 'exec', 'health'] as const;

/** The keys that say what runs; a service that can do more than be simulated has exactly one. */
export const IMAGES = ['build', 'image'] as const;

const AT = 'write `outside`, a site, a list of sites, or how many at each site such as `{ pangyo: 2, anyang: 1 }`';
const COUNT = 'write how many units run there, from 1 to 64';
const place = z.string({ error: AT }).regex(namePattern, { error: AT });
const at = z.union([place, z.array(place).min(1, { error: AT }), z.record(place, whole(1, 64, COUNT))], { error: AT });

const SPARE = 'write a site of `at`, or a list of those';

const VALUE = 'write text, a number, true or false, or `{ secret: NAME }`; for nothing write ""';
const SECRET = "write the name of a variable of firedrill's own environment, such as `DB_PASSWORD`";
const secret = mapOf({
  secret: z
    .string({ error: SECRET })
    .regex(secretNamePattern, { error: SECRET })
    .describe("The variable of firedrill's own environment that has the value when the drill runs."),
});
const environment = z.record(
  z.string().regex(/^[^=\s]+$/, { error: 'write a name without blanks and without =' }),
  z.union([z.string(), z.number(), z.boolean(), secret], { error: VALUE }),
  { error: 'write a map from names to values' },
);

const VOLUME = 'write an absolute path inside the unit such as `/var/lib/postgresql`';
const volume = z.string({ error: VOLUME }).regex(/^\/[^\s:]+$/, { error: VOLUME });

const needed = z
  .string({ error: 'write the name of a service' })
  .regex(namePattern, { error: 'write the name of a service' });

/** When a unit counts as ready. */
export const readyForm = mapOf({
  http: written(readyHttpPattern, parseReadyHttp, 'write a port and a path such as ":8008/readiness"')
    .optional()
    .describe('Ready when this port and path answer with a status from 200 to 399: `":8008/readiness"`.'),
  tcp: written(readyTcpPattern, parseReadyTcp, 'write a port such as ":5432"')
    .optional()
    .describe('Ready when this port takes a connection: `":5432"`.'),
  exec: command().optional().describe('Ready when this command, run inside the unit, ends with 0.'),
  health: z
    .literal(true, { error: 'write `health: true`, or another way to see that it is ready' })
    .optional()
    .describe("Ready when the image's own health check says so."),
  within: duration(1).prefault('60s').describe('How long that may take before the drill is given up.'),
}).meta({ oneOf: exactlyOne(readyKinds) });

const CPU = 'write how many processors such as `0.5`, at least 0.01';

/** What one unit may use. */
export const limitsForm = mapOf({
  cpu: z
    .number({ error: CPU })
    .min(0.01, { error: CPU })
    .max(1024, { error: CPU })
    .optional()
    .describe('Processors of each unit: `0.5`.'),
  memory: written(bytesPattern, parseBytes, 'write an amount of memory such as `64mb` or `1gb`, at least `6mb`')
    .optional()
    .describe('Memory of each unit: `64mb`. A unit that needs more is ended by the kernel.'),
}).meta({ minProperties: 1 });

/** A service. */
export const serviceForm = mapOf({
  build: text('write a folder beside the scenario that has a Dockerfile, such as `images/web`')
    .optional()
    .describe(
      "A folder with a Dockerfile, relative to the scenario's folder and inside of it, or of a folder `scenarios` around it.",
    ),
  image: z
    .string({ error: 'write an image such as `debian:bookworm-slim`' })
    .regex(/^[a-zA-Z0-9][\w./:@-]*$/, { error: 'write an image such as `debian:bookworm-slim`' })
    .optional()
    .describe('An image to run as it is, instead of `build`.'),
  at: at.describe('Where it runs: `outside`, a site, a list of sites, or a map from a site to how many.'),
  spare: z
    .union([place, z.array(place).min(1, { error: SPARE })], { error: SPARE })
    .optional()
    .transform((value) => (typeof value === 'string' ? [value] : value))
    .describe(
      'Sites of `at` at which its units are made and not started: machines that stand there empty until a `start` of the timeline or of a runbook.',
    ),
  command: command().optional().describe("Replaces the image's command; text is given to `sh -c`."),
  environment: environment.prefault({}).describe('Environment variables of every unit.'),
  restart: z
    .enum(['no', 'on-failure', 'always', 'unless-stopped'], {
      error: 'write `no`, `on-failure`, `always` or `unless-stopped`',
    })
    .prefault('no')
    .describe("What the engine does when the unit's main process ends."),
  volumes: z
    .array(volume, { error: 'write a list of absolute paths inside the unit' })
    .prefault([])
    .describe('Paths inside the unit that outlive its container.'),
  needs: z
    .array(needed, { error: 'write a list of services' })
    .prefault([])
    .describe('Services that must be ready before this one starts, and that it needs to answer.'),
  ready: readyForm.optional().describe('When a unit counts as ready; without it, as soon as it runs.'),
  limits: limitsForm
    .optional()
    .describe('What each unit may use, so that survivors that are too small saturate as they would.'),
  model: modelForm.prefault({}).describe('How the simulated engine plays it; Docker does not look at this.'),
}).meta({
  oneOf: [...exactlyOne(IMAGES), { required: ['model'], not: { anyOf: exactlyOne(IMAGES) } }],
});
