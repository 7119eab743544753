import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Clock } from '../../src/clock.js';

/** An instant between two looks at the clock, in its milliseconds. */
export type Between = readonly [fromMs: number, toMs: number];

/** When a service failed and when it was back, by its own word. */
export interface Truth {
  readonly down: Between;
  readonly up: Between;
}

/** Services in a process of their own, which fail when they are told to. */
export interface Services {
  /** By service; the last one is of a service that never fails. */
  readonly ports: readonly number[];
  /** Has a service fail at an instant, for a time; `down` and `up` resolve when it did and when it was back. */
  fail(service: number, atMs: number, forMs: number): { readonly [word in keyof Truth]: Promise<Between> };
  stop(): void;
}

type Message = { service: number } & { readonly [word in keyof Truth]?: readonly [string, string] };

/** Starts so many services; all instants are on `clock`, which runs like the monotonic clock that all processes share. */
export async function startServices(clock: Clock, count: number): Promise<Services> {
  const child = fork(fileURLToPath(new URL('failing-services.mjs', import.meta.url)), [String(count)]);
  const [{ ports }] = (await once(child, 'message')) as [{ ports: number[] }];
  child.setMaxListeners(0);
  const zeroNs = process.hrtime.bigint() - BigInt(Math.round(clock.now() * 1e6));
  const toNs = (ms: number) => String(zeroNs + BigInt(Math.round(ms * 1e6)));
  const toMs = (ns: string) => Number(BigInt(ns) - zeroNs) / 1e6;
  const hear = (service: number, word: keyof Truth) =>
    new Promise<Between>((resolve) => {
      child.on('message', function listen(message: Message) {
        const told = message[word];
        if (message.service !== service || told === undefined) return;
        child.off('message', listen);
        resolve([toMs(told[0]), toMs(told[1])]);
      });
    });
  return {
    ports,
    fail(service, atMs, forMs) {
      const told = { down: hear(service, 'down'), up: hear(service, 'up') };
      child.send({ service, downNs: toNs(atMs), upNs: toNs(atMs + forMs) });
      return told;
    },
    stop: () => child.disconnect(),
  };
}
