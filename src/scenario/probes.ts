import { checkOne } from './choices.js';
import type { Complaints } from './complaints.js';
import type { Ask, Probe } from './language.js';
import { readLedger } from './ledgers.js';
import { execForm, probeExtras, probeForm, probeKinds } from './probe-form.js';
import { checkSecrets } from './secrets.js';
import { entriesOf, isMap, type Parts, partsOf } from './shape.js';
import { unitNamed, type World, wrongUnit } from './world.js';

const SITE = '{site}';
const DEFAULT_EVERY_MS = 1000;

/** The probes in the order of the file, one for each site where the author wrote `{site}`. */
export function readProbes(value: unknown, world: World, complaints: Complaints): Probe[] {
  return entriesOf(value).flatMap(([family, entry]) => {
    const path = ['probes', family];
    const parts = partsOf(probeForm, entry);
    const kind = checkOne(complaints, path, entry, probeForm, probeKinds);
    if (kind === null || !isMap(entry)) return [];
    for (const [extra, owner] of Object.entries(probeExtras)) {
      if (entry[extra] === undefined || owner === kind) continue;
      complaints.addKey([...path, extra], `\`${extra}\` belongs to \`${owner}\`, not to \`${kind}\`; remove it`);
    }
    checkPace(entry, kind, path, complaints);
    checkSecrets(entry, path, complaints);
    const ask = askOf(parts);
    if (ask === null) {
      // The command may be wrong and the unit too: then both are told.
      const where = partsOf(execForm, entry.exec).in;
      if (where !== undefined) resolveHost(where, [...path, 'exec', 'in'], world, complaints);
      return [];
    }
    const hostPath = kind === 'exec' ? [...path, kind, 'in'] : [...path, kind];
    if (entry.ledger !== undefined && JSON.stringify(entry).includes(SITE)) {
      complaints.add([...path, 'ledger'], `one ledger is written at one place; take \`${SITE}\` out of this probe`);
      return [];
    }
    const looks = JSON.stringify(ask).includes(SITE)
      ? looksAtSites(ask, hostPath, world, complaints)
      : [lookAt(ask, resolveHost(ask.host, hostPath, world, complaints))];
    const everyMs =
      parts.rate === undefined
        ? (parts.every ?? (entry.every === undefined ? DEFAULT_EVERY_MS : 0))
        : 1000 / parts.rate;
    return looks.map((look) => {
      const kept = readLedger({ family, entry, ask: look.ask, everyMs }, path, world, complaints);
      return {
        name: look.suffix === null ? family : `${family}@${look.suffix}`,
        site: look.site,
        family,
        does: kept === null ? (parts.does ?? 'read') : 'write',
        everyMs: kept?.everyMs ?? everyMs,
        timeoutMs: parts.timeout ?? 0,
        ...(parts.reuse === true ? { reuse: true } : {}),
        ...(parts.surge === undefined ? {} : { surge: { factor: parts.surge.factor, forMs: parts.surge.for } }),
        ask: kept?.ask ?? look.ask,
        ...(kept === null ? {} : { ledger: kept.ledger }),
      };
    });
  });
}

function checkPace(
  entry: Record<string, unknown>,
  kind: string,
  path: readonly string[],
  complaints: Complaints,
): void {
  if (entry.every !== undefined && entry.rate !== undefined) {
    complaints.addKey([...path, 'rate'], '`every` and `rate` say the same; remove one of them');
  }
  if (entry.reuse === true && kind !== 'http') {
    complaints.addKey([...path, 'reuse'], `\`reuse\` belongs to \`http\`, not to \`${kind}\`; remove it`);
  }
}

/** What one probe asks, which site it looks at, and the site in its name where it is one of several. */
interface Look {
  readonly ask: Ask;
  readonly site: string | null;
  readonly suffix: string | null;
}

interface Host {
  readonly name: string;
  readonly site: string | null;
}

function askOf(parts: Parts<typeof probeForm>): Ask | null {
  const { http, tcp, exec, postgres, redis } = parts;
  if (http) return { kind: 'http', ...http, body: parts.body ?? null, expect: parts.expect ?? null };
  if (tcp) return { kind: 'tcp', ...tcp };
  if (exec) return { kind: 'exec', host: exec.in, command: exec.command };
  if (postgres) return { kind: 'postgres', ...postgres, query: parts.query ?? 'select 1' };
  if (redis) return { kind: 'redis', ...redis, command: parts.command ?? ['PING'] };
  return null;
}

function lookAt(ask: Ask, host: Host): Look {
  return { ask: { ...ask, host: host.name }, site: host.site, suffix: null };
}

/** Tells when the host is nothing; then it stays as it is written. */
function resolveHost(written: string, path: readonly string[], world: World, complaints: Complaints): Host {
  if (written.includes(SITE)) return { name: written, site: null };
  const wrong = wrongUnit(world, written);
  if (wrong !== null) complaints.add(path, wrong);
  const unit = unitNamed(world.units, written);
  if (unit?.spare)
    complaints.add(path, `${unit.name} is a spare: nothing runs there when the drill begins; name another`);
  return unit ?? { name: written, site: null };
}

/** One look for each site at which the host is a unit; where the host is the same for all, one for each site. */
function looksAtSites(ask: Ask, path: readonly string[], world: World, complaints: Complaints): Look[] {
  const sites = world.sites ?? [];
  const looks = sites.flatMap((site): Look[] => {
    const there = atSite(ask, site);
    const host = unitNamed(world.units, there.host);
    return host === null || host.spare ? [] : [{ ask: { ...there, host: host.name }, site, suffix: site }];
  });
  if (looks.length > 0) return looks;
  const [first] = sites;
  if (first === undefined) {
    if (world.sites !== null)
      complaints.add(path, `\`${SITE}\` stands for each site and the scenario has none; name a unit`);
    return [];
  }
  const wrong = wrongUnit(world, atSite(ask, first).host);
  if (wrong !== null) complaints.add(path, `with \`${first}\` for \`${SITE}\`: ${wrong}`);
  return [];
}

function atSite(ask: Ask, site: string): Ask {
  const put = (value: unknown): unknown => {
    if (typeof value === 'string') return value.replaceAll(SITE, site);
    return Array.isArray(value) ? value.map(put) : value;
  };
  return Object.fromEntries(Object.entries(ask).map(([key, value]) => [key, put(value)])) as Ask;
}
