import type { Complaints } from './complaints.js';
import type { Ask, Ledger } from './language.js';
import { ledgerForm } from './ledger-form.js';
import { referencesIn } from './secrets.js';
import { isMap, partsOf } from './shape.js';
import { resolveTarget } from './targets.js';
import type { Path } from './unfolding.js';
import { type World, wrongTarget } from './world.js';

/** A probe's ledger and what the probe asks when it writes. */
export interface Kept {
  readonly ledger: Ledger;
  readonly ask: Ask;
  /** The period of the writes that are the probe's samples. */
  readonly everyMs: number;
}

/** What stands in the document around a ledger. */
interface Around {
  readonly family: string;
  readonly entry: Record<string, unknown>;
  readonly ask: Ask;
  readonly everyMs: number;
}

/** The ledger of the probe at `path`, or null, told, when it cannot be kept. `around.ask` has its host resolved. */
export function readLedger(around: Around, path: Path, world: World, complaints: Complaints): Kept | null {
  const { family, entry, ask } = around;
  const at = [...path, 'ledger'];
  if (!isMap(entry.ledger)) return null;
  const parts = partsOf(ledgerForm, entry.ledger);
  const perSecond = parts.rate;
  if (ask.kind === 'tcp') {
    complaints.addKey(at, 'a connection alone stores nothing; write to something by http, exec, postgres or redis');
    return null;
  }
  for (const other of ['surge', 'reuse'] as const) {
    if (entry[other] !== undefined) complaints.addKey([...path, other], `not with \`ledger\`; remove \`${other}\``);
  }
  if (referencesIn(entry.ledger).length > 0) complaints.add(at, 'no secret can stand in a ledger; take it out');
  const own = isOwn(ask, entry) ? ownStatements(ask, family) : null;
  const writes = own?.ask ?? ask;
  if (!JSON.stringify(writes).includes('{n}')) {
    complaints.add(path, 'writes the same each time; put `{n}` where the number of the write goes');
  }
  if (own !== null && parts.read !== undefined) {
    complaints.addKey([...at, 'read'], 'firedrill chooses what it writes here and how it reads it; remove `read`');
  }
  const read = own?.read ?? readWords(ask, parts.read);
  if (read === null && entry.ledger.read === undefined) {
    complaints.add([...at, 'read'], `is missing: ${READS[ask.kind]}`);
  }
  const readFrom = placesOf(parts['read-from'], entry.ledger['read-from'], [...at, 'read-from'], world, complaints);
  if (perSecond === undefined || read === null) return null;
  const between = Math.max(1, Math.round((around.everyMs * perSecond) / 1000));
  const ledger: Ledger = {
    ...{ perSecond, connections: parts.connections ?? 1, settleMs: parts.settle ?? 0 },
    ...{ readFrom: readFrom ?? [{ host: ask.host, port: null }], read, make: own?.make ?? null },
  };
  return { ledger, ask: writes, everyMs: (between * 1000) / perSecond };
}

const READS: Record<Exclude<Ask['kind'], 'tcp'>, string> = {
  http: 'write the path that lists what is there, such as `read: "/messages"`',
  exec: 'write the command that prints the numbers, such as `read: cat /data/numbers`',
  postgres: 'write the query that lists the numbers, such as `read: select n from messages order by id`',
  redis: 'write the command that lists the numbers, such as `read: LRANGE messages 0 -1`',
};

/** Where the author says nothing of what is written, the ledger has a table or a list of its own. */
function isOwn(ask: Ask, entry: Record<string, unknown>): boolean {
  return (
    (ask.kind === 'postgres' && entry.query === undefined) || (ask.kind === 'redis' && entry.command === undefined)
  );
}

function ownStatements(ask: Ask, family: string): { ask: Ask; make: string | null; read: string[] } {
  if (ask.kind === 'postgres') {
    const table = `firedrill_${family.replaceAll('-', '_')}`;
    // No key on the number: a write that is stored twice must be seen twice.
    const columns = 'id bigserial primary key, n bigint not null, at timestamptz not null default clock_timestamp()';
    return {
      ask: { ...ask, query: `insert into ${table} (n) values ({n})` },
      make: `create table if not exists ${table} (${columns})`,
      read: [`select n from ${table} where n >= {from} order by id`],
    };
  }
  const list = `firedrill-${family}`;
  const words = ask.kind === 'redis' ? { ...ask, command: ['RPUSH', list, '{n}'] } : ask;
  return { ask: words, make: null, read: ['LRANGE', list, '0', '-1'] };
}

function readWords(ask: Ask, written: string | string[] | undefined): string[] | null {
  if (written === undefined) return null;
  if (ask.kind === 'exec') return typeof written === 'string' ? ['sh', '-c', written] : written;
  if (ask.kind === 'redis') return typeof written === 'string' ? written.trim().split(/\s+/) : written;
  return [typeof written === 'string' ? written : written.join(' ')];
}

function placesOf(
  places: readonly string[] | undefined,
  written: unknown,
  path: Path,
  world: World,
  complaints: Complaints,
): { host: string; port: number | null }[] | null {
  if (places === undefined) return null;
  return places.flatMap((place, index) => {
    const [target = '', port] = place.split(':');
    const at = Array.isArray(written) ? [...path, index] : path;
    const wrong = target === 'all' ? 'write who serves reads, by name' : wrongTarget(world, target);
    if (wrong !== null) complaints.add(at, wrong);
    if (port !== undefined && (Number(port) < 1 || Number(port) > 65_535)) {
      complaints.add(at, `there is no port ${port}; write one from 1 to 65535`);
    }
    return resolveTarget(world.units, target).map((host) => ({ host, port: port === undefined ? null : Number(port) }));
  });
}
