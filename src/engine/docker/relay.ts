import type Docker from 'dockerode';
import type { Clock } from '../../clock.js';
import type { Step } from '../../plan/plan.js';
import { withDeadline } from './api.js';
import type { Topology } from './berth.js';
import { runInside } from './commands.js';
import { isThrottled, matchesOf, type Places, tableOf } from './rules.js';
import { makeTurns } from './turns.js';

/**
 * A machine in the drill's network through which the packets go that share a bandwidth: a queue in the namespace of each unit
 * would give each sender a line of its own. Nothing goes there without a unit's rule, so the lease of that covers it.
 */
export interface Relay {
  /** Has a bucket ready for what these steps throttle, beside those that are there. @throws when it cannot be had. */
  open(steps: readonly Step[]): Promise<void>;
  /** Takes away what these steps needed; idempotent. @throws when that cannot be done. */
  close(steps: readonly Step[]): Promise<void>;
}

/** What shares one bandwidth: everything that the units of one side of a link send to the other. */
interface Bucket {
  readonly minor: number;
  readonly bps: number;
  readonly senders: readonly string[];
  readonly to: readonly string[];
}

const CALL_LIMIT_MS = 10_000;
/** A queue on a line holds as much as goes through in this time, and at least two of the largest packets. */
const QUEUED_MS = 100;
const LEAST_QUEUE_BYTES = 150_000;

/** The relay of a topology; where it has none, nothing can be opened. */
export function makeRelay(docker: Docker, clock: Clock, topology: Topology, places: Places): Relay {
  const throttled = new Map<string, Step>();
  const minors = new Map<string, number>();
  const turns = makeTurns();
  let applied = '';
  const apply = () =>
    turns.take('relay', async () => {
      const buckets = bucketsOf([...throttled.values()], minors);
      const [script, rules] = renderRelay(topology.drill, buckets, minors.size, places);
      if (rules === applied || (applied === '' && buckets.length === 0)) return;
      const { relay } = topology;
      if (relay === null) throw new Error('the drill has no relay for what shares a bandwidth');
      const command = ['sh', '-c', script, 'sh', rules];
      const ran = await withDeadline(clock, CALL_LIMIT_MS, 'queues of the relay', (signal) =>
        runInside(docker, clock, relay.container, command, { again: true, signal }),
      );
      if (ran.code !== 0) throw new Error(`the kernel refused the queues of the relay: ${ran.output.trim()}`);
      applied = rules;
    });
  return {
    async open(steps) {
      const own = steps.filter(isThrottled);
      if (own.length === 0) return;
      // Before anything is awaited, so that the first of a moment's units opens the buckets of all.
      for (const step of own) throttled.set(step.id, step);
      await apply().catch((error) => {
        for (const step of own) throttled.delete(step.id);
        throw error;
      });
    },
    async close(steps) {
      const own = steps.filter(isThrottled);
      for (const step of own) throttled.delete(step.id);
      if (own.length > 0) await apply();
    },
  };
}

/** The buckets of these steps; `minors` has a number for each that there ever was. */
function bucketsOf(steps: readonly Step[], minors: Map<string, number>): Bucket[] {
  const buckets = new Map<number, Bucket>();
  for (const { fault, unit, action } of steps) {
    if (action.verb !== 'shape' || action.bandwidthBps === null) continue;
    const key = [fault, ...action.to].join(' ');
    const minor = minors.get(key) ?? 16 + minors.size;
    minors.set(key, minor);
    const senders = [...(buckets.get(minor)?.senders ?? []), unit];
    buckets.set(minor, { minor, bps: action.bandwidthBps, senders, to: action.to });
  }
  return [...buckets.values()];
}

/** The script that makes exactly these buckets, of the `count` that there ever were, and the rules that it takes as its argument. */
export function renderRelay(
  drill: string,
  buckets: readonly Bucket[],
  count: number,
  places: Places,
): [script: string, rules: string] {
  const table = `inet ${tableOf(drill)}`;
  const clear = `add table ${table}\ndelete table ${table}\n`;
  const commit = 'printf %s "$1" | nft -f -';
  if (buckets.length === 0) return [`tc qdisc del dev eth0 root 2>/dev/null\n${commit}`, clear];
  const lines = [
    'set -e',
    "tc qdisc show dev eth0 root | grep -q 'qdisc htb 1:' || tc qdisc add dev eth0 root handle 1: htb default 0",
  ];
  const forward: string[] = [];
  for (const { minor, bps, senders, to } of buckets) {
    const id = minor.toString(16);
    const bytes = Math.max(LEAST_QUEUE_BYTES, Math.round((bps / 8) * (QUEUED_MS / 1000)));
    lines.push(
      `tc class replace dev eth0 parent 1: classid 1:${id} htb rate ${bps}bit quantum 60000`,
      `tc qdisc replace dev eth0 parent 1:${id} handle ${id}: bfifo limit ${bytes}`,
    );
    const [from] = matchesOf('saddr', senders, places);
    forward.push(...matchesOf('daddr', to, places).map((match) => `${from} ${match} meta priority set 1:${id}`));
  }
  const gone = Array.from({ length: count }, (_, index) => 16 + index).filter(
    (minor) => !buckets.some((bucket) => bucket.minor === minor),
  );
  lines.push(commit);
  lines.push(...gone.map((minor) => `tc class del dev eth0 classid 1:${minor.toString(16)} 2>/dev/null || true`));
  const chain = (hook: string, rules: readonly string[]) =>
    `  chain ${hook} {\n    type filter hook ${hook} priority -300; policy accept;\n${rules.map((rule) => `    ${rule}\n`).join('')}  }\n`;
  // Nobody must hear that there is a shorter way.
  const own = chain('output', ['icmp type redirect drop']);
  return [lines.join('\n'), `${clear}table ${table} {\n${chain('forward', forward)}${own}}\n`];
}
