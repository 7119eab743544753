import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { expect, test } from 'vitest';
import { wallClock } from '../../src/clock.js';
import { openLine, type Reach } from '../../src/engine/docker/lines.js';

const nowhere: Reach = { addressOf: () => '127.0.0.1', runIn: () => Promise.reject(new Error('no units')) };

test('an HTTP connection of a ledger is used again, and let go before the server ends it in the middle of a write', async () => {
  const sockets: Socket[] = [];
  const server = createServer((_request, response) => response.writeHead(201).end());
  // Only the ledger's side ends a connection here.
  server.keepAliveTimeout = 60_000;
  server.on('connection', (socket) => sockets.push(socket));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const ask = { kind: 'http', method: 'POST', host: 'store', port, path: '/{n}', body: null, expect: 201 } as const;
  const ledger = { perSecond: 1, connections: 1, settleMs: 0, make: null, read: ['/'], readFrom: [] };
  const line = openLine(wallClock(), nowhere, ask, ledger, (run) => run());
  try {
    for (const number of [1, 2, 3]) expect(await line.write(number)).toEqual({ ok: true, error: null });
    expect(sockets).toHaveLength(1);
    await once(sockets[0] as Socket, 'close');
    expect(await line.write(4)).toEqual({ ok: true, error: null });
    expect(sockets).toHaveLength(2);
  } finally {
    line.cut();
    server.close();
  }
});
