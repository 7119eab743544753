import { z } from 'zod';
import { parseWrites, writesPattern } from './amounts.js';
import { duration, mapOf, targetPattern, text, whole, written } from './words.js';

const RATE = 'write how many writes are due a second such as `200/s`, at most 5000/s';
const PLACE =
  'write the name of a site, a service, a unit, or `service@site`, with a port of its own where it has one, such as `db:5432`';
const READ =
  'write what lists the numbers: a path for http, an SQL query for postgres, else a command as text or as the list of its words';

/** What stands for units, with a port or without. */
const placePattern = new RegExp(`${targetPattern.source.slice(0, -1)}(?::\\d{1,5})?$`);
const place = () => z.string({ error: PLACE }).regex(placePattern, { error: PLACE });

/** How a probe's writes are numbered and read back. */
export const ledgerForm = mapOf({
  rate: written(writesPattern, parseWrites, RATE).describe(
    'Numbered writes a second, whatever earlier ones are doing: `200/s`.',
  ),
  'read-from': z
    .union([place(), z.array(place()).min(1, { error: PLACE })], { error: PLACE })
    .transform((value) => (typeof value === 'string' ? [value] : value))
    .optional()
    .describe('Who serves reads and is read back in the end; without it, whom the probe asks.'),
  read: z
    .union([text(READ), z.array(z.string({ error: 'write text in quotes' })).min(1, { error: READ })], { error: READ })
    .optional()
    .describe(
      'What lists the numbers in the order of the store; `{from}` is the least that is wanted. Not needed where firedrill chooses the table or the list.',
    ),
  connections: whole(1, 200, 'write how many connections it may have, 1 to 200')
    .prefault(16)
    .describe('At most so many connections at a time; they are kept and used again.'),
  settle: duration().prefault('30s').describe('How long after the last cure every place may take to show all writes.'),
});
