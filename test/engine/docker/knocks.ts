import { connect as connectTcp } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** One look at a port, by this process's clock: whether it was let in, and between which instants (since 1970) its packet went out. */
export interface Knock {
  readonly ok: boolean;
  readonly beforeMs: number;
  readonly afterMs: number;
}

const TIMEOUT_MS = 500;

/** Knocks at a port again and again, whatever earlier ones are doing, until `over` aborts. */
export async function knockUntil(host: string, port: number, everyMs: number, over: AbortSignal): Promise<Knock[]> {
  const knocks: Promise<Knock>[] = [];
  while (!over.aborted) {
    knocks.push(knock(host, port));
    await wait(everyMs);
  }
  return Promise.all(knocks);
}

function knock(host: string, port: number): Promise<Knock> {
  const beforeMs = Date.now();
  return new Promise((resolve) => {
    const socket = connectTcp({ host, port, timeout: TIMEOUT_MS });
    let afterMs = Number.POSITIVE_INFINITY;
    setImmediate(() => {
      afterMs = Date.now() + 1;
    });
    const end = (ok: boolean) => {
      socket.destroy();
      resolve({ ok, beforeMs, afterMs });
    };
    socket.on('connect', () => end(true)).on('error', () => end(false));
    // One that was let in while this process was kept from hearing of it is heard first.
    socket.on('timeout', () => setImmediate(() => setImmediate(() => end(false))));
  });
}
