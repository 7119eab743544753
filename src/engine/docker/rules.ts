import { OUTSIDE, type Step } from '../../plan/plan.js';

/** A network fault on one unit, held by the kernel of the unit's own namespace from `fromEpochS` on (0: from now). */
export interface Hold {
  readonly step: Step;
  readonly fromEpochS: number;
}

/** Where everybody of a drill is to be found. */
export interface Places {
  addressOf(unit: string): string;
  /** Every address that is the drill's own: what has another one is outside. */
  readonly addresses: readonly string[];
  /** Where packets go that share a bandwidth; null where none do. */
  readonly relay: string | null;
}

/** A hold's part of the unit's traffic control: one class for peers that are equally far. */
interface Delay {
  readonly hold: Hold;
  readonly peers: readonly string[];
  readonly minor: number;
  readonly latencyMs: number;
  readonly jitterMs: number;
}

/**
 * An address of the unit's own loopback at which nobody listens. What is to be lost on its way out is sent there and dropped
 * when it arrives: a drop at the exit itself would be told to whoever sends, TCP would send again at once, and `sendto` fail.
 */
const NOWHERE = '127.66.66.66';
/** By this mark the packets are routed that go through the relay; the table with their route has the same number. */
const DETOUR = 61918;

/** The table that belongs to one drill; only this table is ever touched. */
export function tableOf(drill: string): string {
  return `firedrill_${drill.replace(/[^a-zA-Z0-9]/g, '_')}`;
}

/**
 * The nftables transaction that makes exactly these holds effective until `untilEpochS` and nothing else of this drill:
 * old rules go and new ones come in one instant. With no holds it only removes. Whoever sends what is lost is told nothing.
 */
export function renderRules(drill: string, holds: readonly Hold[], untilEpochS: number, places: Places): string {
  const table = `inet ${tableOf(drill)}`;
  const clear = `add table ${table}\ndelete table ${table}\n`;
  if (holds.length === 0) return clear;
  const during = ({ fromEpochS }: Hold) =>
    `${fromEpochS > 0 ? `meta time >= ${fromEpochS} ` : ''}meta time < ${untilEpochS}`;
  const rules = holds.map((hold) => rulesOf(hold, during(hold), places));
  const delays = delaysOf(holds).flatMap(({ hold, peers, minor }) =>
    matchesOf('daddr', peers, places).map(
      (match) => `${match} ${during(hold)} meta priority set 1:${minor.toString(16)}`,
    ),
  );
  const chain = (type: string, hook: string, lines: readonly string[]) =>
    `  chain ${hook} {\n    type ${type} hook ${hook} priority -300; policy accept;\n${lines.map((line) => `    ${line}\n`).join('')}  }\n`;
  const incoming = [
    `iif "lo" ip daddr ${NOWHERE} drop`,
    'iif "lo" accept',
    ...rules.flatMap(({ incoming }) => incoming),
  ];
  const outgoing = ['oif "lo" accept', ...rules.flatMap(({ outgoing }) => outgoing), ...delays];
  return `${clear}table ${table} {\n${chain('filter', 'input', incoming)}${chain('route', 'output', outgoing)}}\n`;
}

/** What of a hold are rules alone; what is lost is gone before it is marked for anything else. */
function rulesOf(
  { step: { action } }: Hold,
  during: string,
  places: Places,
): Record<'incoming' | 'outgoing', string[]> {
  const lose = `ip daddr set ${NOWHERE} accept`;
  switch (action.verb) {
    case 'power-off':
      return { incoming: [`${during} drop`], outgoing: [`${during} ${lose}`, `${during} drop`] };
    case 'isolate': {
      const { direction, from } = action;
      const come = direction === 'out' ? [] : matchesOf('saddr', from, places);
      const go = direction === 'in' ? [] : matchesOf('daddr', from, places);
      return {
        incoming: come.map((match) => `${match} ${during} drop`),
        outgoing: go.map((match) => `${match} ${during} ${lose}`),
      };
    }
    case 'shape': {
      const { to, loss, bandwidthBps } = action;
      const lost = Math.round(loss * 1e6);
      // The kernel takes no number that is not below the modulus, and all packets need no dice.
      const chance = lost < 1e6 ? `numgen random mod 1000000 < ${lost} ` : '';
      const go = matchesOf('daddr', to, places);
      // Who is outside has no rules of its own by which what it sends could be lost.
      const come = to.includes(OUTSIDE) ? matchesOf('saddr', [OUTSIDE], places) : [];
      return {
        incoming: lost > 0 ? come.map((match) => `${match} ${during} ${chance}drop`) : [],
        outgoing: [
          ...(lost > 0 ? go.map((match) => `${match} ${during} ${chance}${lose}`) : []),
          ...(bandwidthBps === null ? [] : go.map((match) => `${match} ${during} meta mark set ${DETOUR}`)),
        ],
      };
    }
    default:
      return { incoming: [], outgoing: [] };
  }
}

/** What the packets from (`saddr`) or to these peers have in common: one match for the units, one for what is outside. */
export function matchesOf(field: 'saddr' | 'daddr', peers: readonly string[], places: Places): string[] {
  const units = peers.filter((peer) => peer !== OUTSIDE).map(places.addressOf);
  return [
    ...(units.length === 0 ? [] : [`ip ${field} { ${units.join(', ')} }`]),
    ...(peers.includes(OUTSIDE) ? [`ip ${field} != { ${places.addresses.join(', ')} }`] : []),
  ];
}

/**
 * The shell script that builds the queues and the route which the rules send packets into, or removes them when no hold needs
 * them. They alone change nothing: a packet gets there only by a rule, so the rules' lease covers them.
 */
export function renderQueues(holds: readonly Hold[], { relay }: Places): string {
  const delays = delaysOf(holds);
  const detour = relay !== null && holds.some(({ step }) => isThrottled(step));
  const lines = ['tc qdisc del dev eth0 root 2>/dev/null || true', ...CLOSE_DETOUR];
  if (delays.length > 0 || detour) lines.push('set -e');
  if (delays.length > 0) lines.push('tc qdisc add dev eth0 root handle 1: htb default 0');
  for (const { minor, latencyMs, jitterMs } of delays) {
    const id = minor.toString(16);
    const jitter = jitterMs > 0 ? ` ${jitterMs}ms` : '';
    lines.push(
      `tc class add dev eth0 parent 1: classid 1:${id} htb rate 100000000000bit quantum 60000`,
      `tc qdisc add dev eth0 parent 1:${id} handle ${id}: netem limit 100000 delay ${latencyMs}ms${jitter}`,
    );
  }
  if (detour) {
    lines.push(`ip route replace default via ${relay} dev eth0 table ${DETOUR}`);
    lines.push(`ip rule add fwmark ${DETOUR} lookup ${DETOUR}`);
  }
  return lines.join('\n');
}

const CLOSE_DETOUR = [
  `ip rule del fwmark ${DETOUR} lookup ${DETOUR} 2>/dev/null || true`,
  `ip route flush table ${DETOUR} 2>/dev/null || true`,
];

/** Whether a step makes packets share a bandwidth. */
export function isThrottled({ action }: Step): boolean {
  return action.verb === 'shape' && action.bandwidthBps !== null;
}

/** An answer to somebody outside is as late as question and answer together: what comes from there cannot be made to wait. */
function delaysOf(holds: readonly Hold[]): Delay[] {
  const delays: Omit<Delay, 'minor'>[] = [];
  for (const hold of holds) {
    const { action } = hold.step;
    if (action.verb !== 'shape' || (action.latencyMs === 0 && action.jitterMs === 0)) continue;
    const { to, latencyMs, jitterMs } = action;
    const units = to.filter((peer) => peer !== OUTSIDE);
    if (units.length > 0) delays.push({ hold, peers: units, latencyMs, jitterMs });
    if (units.length < to.length) {
      delays.push({ hold, peers: [OUTSIDE], latencyMs: 2 * latencyMs, jitterMs: 2 * jitterMs });
    }
  }
  return delays.map((delay, index) => ({ ...delay, minor: 16 + index }));
}
