import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How a store treats the writes that it is told to spoil; it acknowledges all but the denied, which it stores all the same. */
export type Spoil = 'none' | 'drop' | 'twice' | 'late' | 'reorder' | 'deny';

/** A store of numbers behind HTTP: `POST /{n}` acknowledges a write, `GET /` lists what is there, one a line. */
export interface Store {
  readonly port: number;
  /** The writes that it spoiled. */
  readonly spoilt: readonly number[];
  close(): Promise<void>;
}

/** A late write is there this long after its acknowledgement: longer than from one look of a ledger to its next. */
const LATE_MS = 2500;
/** A reordered write moves behind this many later ones. */
const BEHIND = 600;

/** Opens a store that spoils one write in a thousand, those whose number ends with 200. */
export async function openStore(spoil: Spoil): Promise<Store> {
  const numbers: number[] = [];
  const spoilt: number[] = [];
  const apply = (number: number) => {
    if (spoil === 'none' || number % 1000 !== 200) return numbers.push(number);
    spoilt.push(number);
    if (spoil === 'late') setTimeout(() => numbers.push(number), LATE_MS);
    if (spoil === 'twice' || spoil === 'reorder' || spoil === 'deny') numbers.push(number);
    if (spoil === 'twice') numbers.push(number);
  };
  const move = () => {
    const moved = spoilt.find((number) => numbers.at(-1) === number + BEHIND);
    if (spoil !== 'reorder' || moved === undefined) return;
    numbers.splice(numbers.indexOf(moved), 1);
    numbers.push(moved);
  };
  const server: Server = createServer((request, response) => {
    if (request.method === 'GET') return response.end(numbers.join('\n'));
    apply(Number(request.url?.slice(1)));
    move();
    response.writeHead(spoil === 'deny' && spoilt.includes(Number(request.url?.slice(1))) ? 503 : 201).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    spoilt,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
