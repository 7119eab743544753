/**
 * Services that know the truth: each fails and comes back when it is told to, and says by the kernel's monotonic clock (in
 * nanoseconds) when it did. Started with the number of services; says which ports they have, the last one of a service that
 * never fails.
 */
import { createServer } from 'node:http';

const MODES = ['refuse', 'hang', 'error'];
const count = Number(process.argv[2]);
const services = Array.from({ length: count }, (_, index) => makeService(MODES[index % MODES.length]));
const steady = makeService('error');
const ports = await Promise.all([...services, steady].map((service) => service.open()));
process.send({ ports });
process.on('message', ({ service, downNs, upNs }) => failFor(service, BigInt(downNs), BigInt(upNs)));
process.on('disconnect', () => process.exit());

async function failFor(index, downNs, upNs) {
  await until(downNs);
  const down = await timed(services[index].fail);
  process.send({ service: index, down });
  await until(upNs);
  const up = await timed(services[index].mend);
  process.send({ service: index, up });
}

function makeService(mode) {
  const connections = new Set();
  let well = true;
  let port = 0;
  let server;
  const open = () =>
    new Promise((resolve) => {
      server = createServer((request, response) => {
        request.resume();
        if (well) response.end('well');
        else if (mode === 'error') response.writeHead(503).end();
      });
      server.on('connection', (socket) => {
        connections.add(socket);
        socket.on('close', () => connections.delete(socket));
        socket.on('error', () => {});
      });
      server.listen(port, '127.0.0.1', 4096, () => {
        port = server.address().port;
        resolve(port);
      });
    });
  const fail = () => {
    well = false;
    if (mode !== 'refuse') return;
    server.close();
    for (const socket of connections) socket.resetAndDestroy();
  };
  const mend = async () => {
    well = true;
    if (mode === 'refuse') await open();
  };
  return { open, fail, mend };
}

async function timed(act) {
  const from = process.hrtime.bigint();
  await act();
  return [from, process.hrtime.bigint()].map(String);
}

/** Sleeps, and for the last millisecond stays awake. */
async function until(ns) {
  const restMs = Number(ns - process.hrtime.bigint()) / 1e6;
  if (restMs > 1) await new Promise((resolve) => setTimeout(resolve, restMs - 1));
  while (process.hrtime.bigint() < ns);
}
