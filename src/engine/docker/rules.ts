import type { Step } from '../../plan/plan.js';

/** A network fault on one unit, held by the kernel of the unit's own namespace from `fromEpochS` on (0: from now). */
export interface Hold {
  readonly step: Step;
  readonly fromEpochS: number;
}

/** A hold's part of the unit's traffic control: one class a shape. */
interface Shape {
  readonly addresses: readonly string[];
  readonly minor: number;
  readonly latencyMs: number;
  readonly jitterMs: number;
  readonly loss: number;
  readonly bandwidthBps: number | null;
}

/** The table that belongs to one drill; only this table is ever touched. */
export function tableOf(drill: string): string {
  return `firedrill_${drill.replace(/[^a-zA-Z0-9]/g, '_')}`;
}

/**
 * The nftables transaction that makes exactly these holds effective until `untilEpochS` and nothing else of this drill:
 * old rules go and new ones come in one instant. With no holds it only removes.
 */
export function renderRules(
  drill: string,
  holds: readonly Hold[],
  untilEpochS: number,
  addressOf: (unit: string) => string,
): string {
  const table = `inet ${tableOf(drill)}`;
  const clear = `add table ${table}\ndelete table ${table}\n`;
  if (holds.length === 0) return clear;
  const incoming: string[] = [];
  const outgoing: string[] = [];
  for (const hold of holds) {
    const during = `${hold.fromEpochS > 0 ? `meta time >= ${hold.fromEpochS} ` : ''}meta time < ${untilEpochS}`;
    const { action } = hold.step;
    if (action.verb === 'power-off') {
      incoming.push(`${during} drop`);
      outgoing.push(`${during} drop`);
    } else if (action.verb === 'isolate') {
      const peers = `{ ${action.from.map(addressOf).join(', ')} }`;
      if (action.direction !== 'out') incoming.push(`ip saddr ${peers} ${during} drop`);
      if (action.direction !== 'in') outgoing.push(`ip daddr ${peers} ${during} drop`);
    }
  }
  for (const [shape, hold] of shapesOf(holds, addressOf)) {
    const peers = `{ ${shape.addresses.join(', ')} }`;
    const during = `${hold.fromEpochS > 0 ? `meta time >= ${hold.fromEpochS} ` : ''}meta time < ${untilEpochS}`;
    const lost = Math.round(shape.loss * 1e6);
    // The kernel takes no number that is not below the modulus, and all packets need no dice.
    const chance = lost < 1e6 ? `numgen random mod 1000000 < ${lost} ` : '';
    if (lost > 0) outgoing.push(`ip daddr ${peers} ${during} ${chance}drop`);
    if (needsClass(shape)) outgoing.push(`ip daddr ${peers} ${during} meta priority set 1:${shape.minor.toString(16)}`);
  }
  const chain = (name: string, hook: string, rules: readonly string[]) =>
    `  chain ${name} {\n    type filter hook ${hook} priority -300; policy accept;\n${rules.map((rule) => `    ${rule}\n`).join('')}  }\n`;
  return `${clear}table ${table} {\n${chain('incoming', 'input', ['iif "lo" accept', ...incoming])}${chain('outgoing', 'output', ['oif "lo" accept', ...outgoing])}}\n`;
}

/**
 * The shell script that builds the queues which the rules send packets into, or removes them when no hold shapes traffic.
 * The queues alone change nothing: a packet enters one only by a rule, so the rules' lease covers them.
 */
export function renderQueues(holds: readonly Hold[], addressOf: (unit: string) => string): string {
  const shapes = [...shapesOf(holds, addressOf).keys()].filter(needsClass);
  const lines = ['tc qdisc del dev eth0 root 2>/dev/null || true'];
  if (shapes.length > 0) lines.push('set -e', 'tc qdisc add dev eth0 root handle 1: htb default 0');
  for (const shape of shapes) {
    const id = shape.minor.toString(16);
    lines.push(
      `tc class add dev eth0 parent 1: classid 1:${id} htb rate ${shape.bandwidthBps ?? 100_000_000_000}bit quantum 60000`,
    );
    if (shape.latencyMs > 0 || shape.jitterMs > 0) {
      const jitter = shape.jitterMs > 0 ? ` ${shape.jitterMs}ms` : '';
      lines.push(
        `tc qdisc add dev eth0 parent 1:${id} handle ${id}: netem limit 100000 delay ${shape.latencyMs}ms${jitter}`,
      );
    }
  }
  return lines.join('\n');
}

function shapesOf(holds: readonly Hold[], addressOf: (unit: string) => string): Map<Shape, Hold> {
  const shapes = new Map<Shape, Hold>();
  for (const hold of holds) {
    const { action } = hold.step;
    if (action.verb !== 'shape') continue;
    const { latencyMs, jitterMs, loss, bandwidthBps } = action;
    const addresses = action.to.map(addressOf);
    shapes.set({ addresses, minor: 16 + shapes.size, latencyMs, jitterMs, loss, bandwidthBps }, hold);
  }
  return shapes;
}

function needsClass(shape: Shape): boolean {
  return shape.latencyMs > 0 || shape.jitterMs > 0 || shape.bandwidthBps !== null;
}
