import type { Plan } from '../plan/plan.js';
import type { Probe } from '../scenario/scenario.js';

/** What a drill needs of the machine that runs it, at its worst: when nothing answers, nothing ends before its time is over. */
export interface Demand {
  /** Looks that may be under way at once, over all probes, with users who come back in a surge. */
  readonly looks: number;
  /** Files and sockets that may be open at once, with a margin. */
  readonly files: number;
  /** Local ports that the connections to one port of one unit may take at once, those that still rest included. */
  readonly ports: number;
}

/** What Node keeps open for itself, with the journal, the watchdog and the terminal. */
const OWN_FILES = 40;
/** The calls to Docker that one step of a moment may have under way: its helper, its command, its looks at the unit. */
const CALLS_PER_STEP = 2;
/** A look that a command is: Docker may be asked how it is while its connection is still open. */
const SOCKETS_PER_COMMAND = 2;
/** The kernel keeps the port of a connection that this side ended for so long. */
const REST_MS = 60_000;

/** What the drill of a plan needs at its worst. */
export function demandOf(plan: Plan): Demand {
  const looking = plan.probes.filter(({ ledger }) => ledger === undefined);
  const writing = plan.probes.flatMap(({ ledger }) => (ledger === undefined ? [] : [ledger]));
  const looks = sum(looking.map(looksOf));
  const sockets = sum(looking.map((probe) => looksOf(probe) * (probe.ask.kind === 'exec' ? SOCKETS_PER_COMMAND : 1)));
  const lines = sum(writing.map(({ connections, readFrom }) => connections + readFrom.length));
  const steps = Math.max(0, ...plan.moments.map((moment) => moment.steps.length + moment.cures.length));
  const calls = CALLS_PER_STEP * Math.max(steps, plan.units.length);
  return { looks, files: OWN_FILES + sockets + lines + calls, ports: Math.max(0, ...portsOf(looking)) };
}

function looksOf({ everyMs, timeoutMs, surge }: Probe): number {
  const regular = Math.ceil(timeoutMs / everyMs);
  if (surge === null || surge === undefined) return regular;
  // At first `factor - 1` for each of the schedule, evenly fewer: never more than all of them.
  const perMs = (surge.factor - 1) / everyMs;
  return regular + Math.ceil(Math.min(perMs * timeoutMs, (perMs * surge.forMs) / 2));
}

/** By what they connect to: a port may serve two connections that lead to different places. */
function portsOf(probes: readonly Probe[]): number[] {
  const ports = new Map<string, number>();
  for (const probe of probes) {
    const { ask } = probe;
    if (ask.kind === 'exec') continue;
    // Of what speaks a protocol the other side ends it, and then the port rests there.
    const resting = ask.kind === 'tcp' ? Math.ceil(REST_MS / probe.everyMs) : 0;
    const place = `${ask.host}:${ask.port}`;
    ports.set(place, (ports.get(place) ?? 0) + looksOf(probe) + resting);
  }
  return [...ports.values()];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** What a process may have; null: not known. */
export interface Allowance {
  readonly files: number | null;
  readonly ports: number | null;
}

/** What of a demand this process may not have, a sentence each with its remedy; empty when all fits, as far as is known. */
export function lackOf(demand: Demand, { files, ports }: Allowance): string[] {
  const calmer = 'give its probes a longer `every` or a shorter `timeout`';
  const lacks: string[] = [];
  if (files !== null && files < demand.files) {
    const wanted = 1024 * Math.ceil(demand.files / 1024);
    lacks.push(
      `this scenario may have ${demand.looks} looks under way at once and needs about ${demand.files} open files; this process may have ${files}: raise it with \`ulimit -n ${wanted}\`, or ${calmer}`,
    );
  }
  if (ports !== null && ports < demand.ports) {
    lacks.push(
      `this scenario needs ${demand.ports} local ports at worst for connections to one place; this machine has ${ports}: raise it with \`sysctl net.ipv4.ip_local_port_range\`, or ${calmer}`,
    );
  }
  return lacks;
}
