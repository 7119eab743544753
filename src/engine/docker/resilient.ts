import type { RequestOptions } from 'node:http';
import type Docker from 'dockerode';
import type { Clock } from '../../clock.js';
import type { Progress } from '../engine.js';
import { sentenceOf, statusOf } from './api.js';
import { type Made, mayPass, type Rule, ruleFor } from './calls.js';
import { type Body, type Call, sendOnce } from './request.js';

/** For so long after its first sending a call is sent again. */
const PATIENCE_MS = 15_000;
/** So often is a call refused before that is taken for the answer; silence is met with patience alone. */
const REFUSALS = 6;
const PAUSES_MS = [100, 200, 400, 800, 1600, 2000];

/** What is the matter when nobody is there, as opposed to somebody who hung up. */
const ABSENT = ['ENOENT', 'ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH'];
const HOPELESS = ['EACCES', 'EPERM'];

/** Why calls had to be sent again, and how often. */
export type Troubles = Map<string, number>;

/** The part of the Docker client through which every call goes. */
interface Modem {
  readonly protocol: string;
  buildRequest(options: RequestOptions, call: Call, body: Body, callback: Callback): void;
}

type Callback = (error: unknown, answer: unknown) => void;

/** One client's way to its engine. */
interface Link {
  readonly clock: Clock;
  readonly secure: boolean;
  readonly troubles: Troubles;
  /** Whether anything ever answered: an engine that was never there is not waited for. */
  met: boolean;
}

/** A call with all that is needed to send it again. */
interface Errand {
  readonly options: RequestOptions;
  readonly call: Call;
  readonly body: Body;
  readonly rule: Rule;
}

/**
 * Gives every call of this client a deadline and, where that is safe, sends it again when the engine was in trouble:
 * slow, dropping connections, half-sent answers, answers that may be another in a moment. What lasts is thrown as it is.
 */
export function makeResilient(docker: Docker, clock: Clock): Troubles {
  const modem = docker.modem as unknown as Modem;
  const link: Link = { clock, secure: modem.protocol === 'https', troubles: new Map(), met: false };
  const plain = modem.buildRequest.bind(modem);
  modem.buildRequest = (options, call, body, callback) => {
    // What is talked to cannot be talked to again.
    if (call.openStdin) return plain(options, call, body, callback);
    const errand = { options, call, body, rule: ruleFor(call, options.path ?? '/', body) };
    persist(link, errand).then(
      (answer) => callback(null, answer),
      (error) => callback(error, null),
    );
  };
  return link.troubles;
}

/** Tells in one sentence how often calls had to be sent again and why, and forgets it; says nothing when none had. */
export function tellTroubles(troubles: Troubles, tell: (progress: Progress) => void): void {
  const total = [...troubles.values()].reduce((sum, count) => sum + count, 0);
  if (total === 0) return;
  const reasons = [...troubles].sort(([, a], [, b]) => b - a).map(([reason, count]) => `${count} × ${reason}`);
  const detail = `${total} call${total === 1 ? '' : 's'} had to be sent again (${reasons.join(', ')})`;
  tell({ what: 'docker', state: 'troubled', detail });
  troubles.clear();
}

async function persist(link: Link, errand: Errand): Promise<unknown> {
  const { clock } = link;
  const untilMs = clock.now() + PATIENCE_MS;
  let refusals = 0;
  for (let sent = 1; ; sent += 1) {
    try {
      const answer = await sendInTime(link, errand);
      link.met = true;
      return answer;
    } catch (error) {
      if (statusOf(error) > 0) {
        link.met = true;
        refusals += 1;
      }
      const done = sent > 1 ? await findDone(link, errand, error) : null;
      if (done !== null && done !== 'not yet') return done;
      const pauseMs = PAUSES_MS[Math.min(sent, PAUSES_MS.length) - 1] ?? 0;
      const inTime = clock.now() + pauseMs < untilMs && !errand.call.abortSignal?.aborted;
      const isFinal = errand.rule.final?.test(sentenceOf(error)) ?? false;
      const hopeful = done === 'not yet' || (!isFinal && isHopeful(link, error, refusals));
      if (!errand.rule.again || !inTime || !hopeful) throw nameCall(link, errand, sent, error);
      const reason = statusOf(error) > 0 ? `http ${statusOf(error)}` : sentenceOf(error);
      link.troubles.set(reason, (link.troubles.get(reason) ?? 0) + 1);
      await clock.sleepUntil(clock.now() + pauseMs, errand.call.abortSignal);
    }
  }
}

async function sendInTime({ clock, secure }: Link, { options, call, body, rule }: Errand): Promise<unknown> {
  const over = new AbortController();
  const answered = new AbortController();
  void clock.sleepUntil(clock.now() + rule.limitMs, answered.signal).then(() => {
    if (!answered.signal.aborted) over.abort(new Error(`no answer within ${rule.limitMs / 1000} s`));
  });
  const sending = sendOnce(options, call, body, { secure, over: over.signal, idleMs: rule.idleMs });
  return sending.finally(() => answered.abort());
}

/** The answer to a repeated call whose earlier sending was carried out after all; null when it was not, as far as this tells. */
async function findDone(link: Link, errand: Errand, refusal: unknown): Promise<unknown> {
  const { rule } = errand;
  const [status, sentence] = [statusOf(refusal), sentenceOf(refusal)];
  if (rule.isDone(status, sentence)) return '';
  const isTaken = status === 409 && /already in use|already exists/i.test(sentence);
  return rule.made !== null && isTaken ? findMade(link, errand, rule.made) : null;
}

/** What an earlier sending of this call made, told by its labels; its name is taken a little before it can be seen. */
async function findMade(link: Link, { options, call }: Errand, made: Made): Promise<unknown> {
  const path = `${(options.path ?? '').replace(/\/(containers|networks)\/create.*$/, '')}${made.path}`;
  const look: Call = { ...call, path: made.path, method: 'GET', statusCodes: { 200: true } };
  const body = undefined;
  const errand = { options: { ...options, path, method: 'GET', headers: {} }, call: look, body };
  try {
    const thing = (await persist(link, { ...errand, rule: ruleFor(look, path, body) })) as {
      readonly Id: string;
      readonly Labels?: Readonly<Record<string, string>>;
      readonly Config?: { readonly Labels?: Readonly<Record<string, string>> };
    };
    const labels = thing.Config?.Labels ?? thing.Labels ?? {};
    const isOurs = Object.entries(made.labels).every(([name, value]) => labels[name] === value);
    return isOurs ? { Id: thing.Id, Warnings: [] } : null;
  } catch (error) {
    if (statusOf(error) === 404) return 'not yet';
    throw error;
  }
}

function isHopeful({ met }: Link, error: unknown, refusals: number): boolean {
  const status = statusOf(error);
  if (status > 0) return refusals < REFUSALS && mayPass(status, sentenceOf(error));
  const code = String((error as { code?: unknown } | null)?.code ?? '');
  if (HOPELESS.includes(code) || code.startsWith('ERR_')) return false;
  return met || !ABSENT.includes(code);
}

/** `socket hang up` alone tells nobody what was asked. What the engine itself said, and that there is none, needs no more. */
function nameCall({ met }: Link, { call, options }: Errand, sent: number, error: unknown): unknown {
  if (statusOf(error) > 0 || !met || call.abortSignal?.aborted) return error;
  const what = `${call.method} ${(options.path ?? '').replace(/\?.*$/, '')}`;
  const tries = sent === 1 ? '' : `, ${sent} times`;
  return Object.assign(new Error(`Docker did not answer ${what}: ${sentenceOf(error)}${tries}`, { cause: error }), {
    code: 'EDOCKER',
  });
}
