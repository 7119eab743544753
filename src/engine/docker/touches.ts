import type Docker from 'dockerode';
import type { Body, Call } from './request.js';

/** Every container, network and volume that a changing call of one client named, in its path or in its body. */
export interface Touches {
  /** Whether this id or name was named; of an id its first twelve digits are enough. */
  has(idOrName: string): boolean;
}

/** The part of the Docker client through which every call goes. */
interface Modem {
  buildRequest(options: { path?: string }, call: Call, body: Body, callback: unknown): void;
}

const SHORT_ID = 12;
/** One that clears whatever nobody uses names nothing and may mean anything. */
const SWEEPING = /\/prune$/;
const NAMED_IN_PATH = /\/(?:containers|networks|volumes)\/([^/?]+)/;
/** Ids of containers that a command is to kill or a unit is to join, and what is put into a network or taken out of it. */
const NAMED_IN_BODY = /\b[0-9a-f]{64}\b|(?<="Container":")[^"]+/g;

/** Keeps a record of what this client's calls name from now on. What it holds grows with what a drill makes, not with its length. */
export function recordTouches(docker: Docker): Touches {
  const modem = docker.modem as unknown as Modem;
  const named = new Set<string>();
  let swept = false;
  const send = modem.buildRequest.bind(modem);
  modem.buildRequest = (options, call, body, callback) => {
    if (call.method !== 'GET' && call.method !== 'HEAD') {
      const path = (options.path ?? '').replace(/\?.*$/s, '');
      swept ||= SWEEPING.test(path);
      const inPath = NAMED_IN_PATH.exec(path)?.[1] ?? '';
      const inBody = typeof body === 'string' ? (body.match(NAMED_IN_BODY) ?? []) : [];
      for (const name of [decodeURIComponent(inPath), ...inBody]) if (name !== '') named.add(shortened(name));
    }
    send(options, call, body, callback);
  };
  return { has: (idOrName) => swept || named.has(shortened(idOrName)) };
}

function shortened(idOrName: string): string {
  return /^[0-9a-f]{12,64}$/.test(idOrName) ? idOrName.slice(0, SHORT_ID) : idOrName;
}
