import { connect as connectTcp } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** One look at a port: whether it was let in, and between which instants its packet went out. */
export interface Knock {
  readonly ok: boolean;
  readonly beforeMs: number;
  readonly afterMs: number;
}

const TIMEOUT_MS = 500;

/** Knocks at a port again and again, whatever earlier ones are doing, until `over` aborts; instants are those of `nowMs`. */
export async function knockUntil(
  host: string,
  port: number,
  everyMs: number,
  over: AbortSignal,
  nowMs: () => number,
): Promise<Knock[]> {
  const knocks: Promise<Knock>[] = [];
  while (!over.aborted) {
    knocks.push(knock(host, port, nowMs));
    await wait(everyMs);
  }
  return Promise.all(knocks);
}

function knock(host: string, port: number, nowMs: () => number): Promise<Knock> {
  const beforeMs = nowMs();
  return new Promise((resolve) => {
    const socket = connectTcp({ host, port, timeout: TIMEOUT_MS });
    let afterMs = Number.POSITIVE_INFINITY;
    setImmediate(() => {
      afterMs = nowMs();
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
