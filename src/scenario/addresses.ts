/** What a probe's address says; `{site}` and `{n}` may stand in it wherever text stands. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

const HOST = '([a-z0-9{}-]+)';
const PORT = String.raw`(\d{1,5})`;
const USER = String.raw`((?:\{secret:\w+\}|[^:@/\s])+)(?::([^@/\s]*))?@`;

/** The form of what `parseHttp` reads. */
export const httpPattern = new RegExp(`^(?:(GET|HEAD|POST|PUT|PATCH|DELETE) +)?http://${HOST}(?::${PORT})?(/\\S*)?$`);
/** The form of what `parseTcp` reads. */
export const tcpPattern = new RegExp(`^${HOST}:${PORT}$`);
/** The form of what `parsePostgres` reads. */
export const postgresPattern = new RegExp(`^postgres(?:ql)?://${USER}${HOST}(?::${PORT})?/([^/?\\s]+)$`);
/** The form of what `parseRedis` reads. */
export const redisPattern = new RegExp(`^redis://${HOST}(?::${PORT})?/?$`);
/** The form of what `parseReadyHttp` reads. */
export const readyHttpPattern = new RegExp(`^:${PORT}(/\\S*)?$`);
/** The form of what `parseReadyTcp` reads. */
export const readyTcpPattern = new RegExp(`^:${PORT}$`);

/** `POST http://host:80/path`; null when it is not of that form or its port does not exist. */
export function parseHttp(text: string): (Address & { method: string; path: string }) | null {
  const match = httpPattern.exec(text);
  const port = portOf(match?.[3], 80);
  if (match === null || port === null) return null;
  return { method: match[1] ?? 'GET', host: match[2] as string, port, path: match[4] ?? '/' };
}

/** `host:port`, or null. */
export function parseTcp(text: string): Address | null {
  const match = tcpPattern.exec(text);
  const port = portOf(match?.[2], 0);
  return match === null || port === null ? null : { host: match[1] as string, port };
}

/** `postgres://user:password@host:5432/database`, or null. */
export function parsePostgres(text: string): (Address & { user: string; password: string; database: string }) | null {
  const match = postgresPattern.exec(text);
  const port = portOf(match?.[4], 5432);
  if (match === null || port === null) return null;
  const [, user = '', password = '', host = '', , database = ''] = match;
  return { user: decode(user), password: decode(password), host, port, database: decode(database) };
}

/** `redis://host:6379`, or null. */
export function parseRedis(text: string): Address | null {
  const match = redisPattern.exec(text);
  const port = portOf(match?.[2], 6379);
  return match === null || port === null ? null : { host: match[1] as string, port };
}

/** `:8008/readiness`, or null. */
export function parseReadyHttp(text: string): { port: number; path: string } | null {
  const match = readyHttpPattern.exec(text);
  const port = portOf(match?.[1], 0);
  return match === null || port === null ? null : { port, path: match[2] ?? '/' };
}

/** `:5432`, or null. */
export function parseReadyTcp(text: string): { port: number } | null {
  const port = portOf(readyTcpPattern.exec(text)?.[1], 0);
  return port === null ? null : { port };
}

function portOf(text: string | undefined, fallback: number): number | null {
  const port = text === undefined ? fallback : Number(text);
  return port >= 1 && port <= 65_535 ? port : null;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
