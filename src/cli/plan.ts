import { demandOf, lackOf } from '../drill/drill.js';
import {
  type Moment,
  type Plan,
  planDrill,
  type Runbook,
  type RunbookStep,
  SPARE,
  type Step,
  stepsOf,
  unreachedOf,
} from '../plan/plan.js';
import { clockAt, formatDuration, secretNamesOf } from '../scenario/scenario.js';
import type { Io } from './io.js';
import { ownAllowance } from './limits.js';
import { openScenario } from './scenario-file.js';

/** Prints what a drill would do, to the last unit. Nothing runs. */
export async function printPlan(io: Io, name: string): Promise<number> {
  const { scenario } = await openScenario(io, name);
  const plan = planDrill(scenario);
  io.out(describePlan(plan));
  for (const lack of lackOf(demandOf(plan), ownAllowance())) io.err(`warning: ${lack}\n`);
  return 0;
}

/** The timetable as text: what exists, what happens when to which unit, and what is cured when the drill closes. */
export function describePlan(plan: Plan): string {
  const steps = stepsOf(plan);
  const cured = new Set(plan.moments.flatMap((moment) => moment.cures));
  const broken = plan.faults.flatMap((fault) => fault.steps);
  const open = broken.filter((step) => !cured.has(step.id));
  const lines = [
    plan.name,
    `${clockAt(plan.begins, 0)} to ${clockAt(plan.begins, plan.durationMs)} (${formatDuration(plan.durationMs)})`,
    '',
    ...describeUnits(plan),
    '',
    ...describeTimetable(plan, steps),
    `${clockAt(plan.begins, plan.durationMs)}  the drill ends and cures what is left`,
    ...(open.length === 0 ? ['    nothing is left'] : describeCures(open)),
    ...describePace(plan),
    ...describeLease(plan, broken),
    ...describeDemand(plan),
    ...describeUnreached(plan),
  ];
  return `${lines.join('\n')}\n`;
}

/** Moments and runbooks in the order of time; of those at one instant the moment first. */
function describeTimetable(plan: Plan, steps: ReadonlyMap<string, Step>): string[] {
  const parts = [
    ...plan.moments.map((moment) => ({ atMs: moment.atMs, lines: describeMoment(plan, moment, steps) })),
    ...(plan.runbooks ?? []).map((runbook) => ({ atMs: runbook.atMs, lines: describeRunbook(plan, runbook, steps) })),
  ];
  return parts.toSorted((a, b) => a.atMs - b.atMs).flatMap(({ lines }) => lines);
}

function describeRunbook(plan: Plan, runbook: Runbook, steps: ReadonlyMap<string, Step>): string[] {
  return [
    `${clockAt(plan.begins, runbook.atMs)}  runbook`,
    ...runbook.steps.flatMap((step) => describeTask(step, steps)),
  ];
}

function describeTask(step: RunbookStep, steps: ReadonlyMap<string, Step>): string[] {
  const { title, by, runsFrom, needs, decideMs, takesMs, does } = step;
  const parts = [
    by === 'person' && 'by a person',
    runsFrom !== null && `from ${runsFrom}`,
    needs.length > 0 && `needs ${needs.join(', ')}`,
    decideMs > 0 && `decided in ${formatDuration(decideMs)}`,
    takesMs > 0 && `takes ${formatDuration(takesMs)}`,
    does?.kind === 'exec' && `runs \`${inOneLine(does.command)}\``,
    does?.kind === 'confirm' && `until ${does.probe} is good`,
  ];
  const more = parts.filter(Boolean).join(', ');
  const cured =
    does?.kind === 'restore' || does?.kind === 'start' ? does.steps.flatMap((id) => steps.get(id) ?? []) : [];
  return [`    ${title}${more === '' ? '' : ` (${more})`}`, ...describeCures(cured).map((line) => `    ${line}`)];
}

const LONGEST_COMMAND = 60;

/** A shell's text without the shell, shortened. */
function inOneLine([first = '', second = '', ...rest]: readonly string[]): string {
  const words = first === 'sh' && second === '-c' ? rest : [first, second, ...rest];
  const line = words.join(' ').trim().replaceAll(/\s+/g, ' ');
  return line.length > LONGEST_COMMAND ? `${line.slice(0, LONGEST_COMMAND - 1)}…` : line;
}

function describeUnits(plan: Plan): string[] {
  const sites = [...plan.sites.map((site) => site.name), null];
  const rows = sites.map((site): [string, string] => {
    const units = plan.units.filter((unit) => unit.site === site);
    const names = units.map(({ name, spare }) => (spare === true ? `${name} (spare)` : name));
    return [site === null ? 'outside' : site, names.join(', ')];
  });
  rows.push(['probes', plan.probes.map(describeProbe).join(', ')]);
  rows.push(['guards', describeGuard(plan.guard)]);
  rows.push(['secrets', secretNamesOf(plan).join(', ')]);
  const filled = rows.filter(([, names]) => names !== '');
  const width = Math.max(...filled.map(([name]) => name.length));
  return filled.map(([name, names]) => `${name.padEnd(width)}  ${names}`);
}

/** Where nothing is said of it, a probe stands outside. */
function describeProbe({ name, everyMs, ask }: Plan['probes'][number]): string {
  return `${name} (${formatDuration(everyMs)}${ask.kind === 'exec' ? `, inside ${ask.host}` : ''})`;
}

function describeGuard({ down, availability, bystanders }: Plan['guard']): string {
  const limits = [
    ...down.map(({ probe, limitMs }) => `${probe} down for longer than ${formatDuration(limitMs)}`),
    ...availability.map(({ probe, limitPercent }) => `${probe} under ${limitPercent} %`),
    ...(bystanders ? ['a bystander changed'] : []),
  ];
  return limits.join(', ');
}

function describePace({ settleMs }: Plan): string[] {
  if (settleMs === undefined) return [];
  const settled = `when nothing has changed for ${formatDuration(settleMs)}`;
  return ['', `${settled}, the story jumps to just before what comes next; no timer of the services is hurried`];
}

function describeLease({ leaseMs }: Plan, steps: readonly Step[]): string[] {
  if (!steps.some(({ action }) => ['power-off', 'isolate', 'shape'].includes(action.verb))) return [];
  const lease = `leases of ${formatDuration(leaseMs)} held by the kernel, renewed while the drill lives`;
  return ['', `network faults are ${lease}; if everything dies they end by themselves`];
}

function describeDemand(plan: Plan): string[] {
  const { looks, files } = demandOf(plan);
  return ['', `at worst ${looks} looks are under way at once, and firedrill needs about ${files} open files`];
}

function describeUnreached(plan: Plan): string[] {
  const unreached = unreachedOf(plan).map(({ family, message }) => `slo ${family}: ${message}`);
  return unreached.length === 0 ? [] : ['', ...unreached];
}

function describeMoment(plan: Plan, moment: Moment, steps: ReadonlyMap<string, Step>): string[] {
  const cures = moment.cures.flatMap((id) => steps.get(id) ?? []);
  return [
    `${clockAt(plan.begins, moment.atMs)}  ${moment.title}`,
    ...describeCures(cures),
    ...describeSteps('', moment.steps),
  ];
}

/** What is undone; to undo what keeps a spare from running is to start it. */
function describeCures(steps: readonly Step[]): string[] {
  const started = steps.filter(({ fault }) => fault === SPARE).map(({ unit }) => unit);
  const cured = steps.filter(({ fault }) => fault !== SPARE);
  return [...describeSteps('cure', cured), ...(started.length === 0 ? [] : [`    start: ${started.join(', ')}`])];
}

/** One line for each verb with its details, with all units that it meets. */
function describeSteps(before: string, steps: readonly Step[]): string[] {
  const lines = new Map<string, string[]>();
  for (const step of steps) {
    const key = `    ${before === '' ? '' : `${before} `}${describeAction(step)}`;
    lines.set(key, [...(lines.get(key) ?? []), step.unit]);
  }
  return [...lines].map(([key, units]) => `${key}: ${units.join(', ')}`);
}

function describeAction({ action }: Step): string {
  switch (action.verb) {
    case 'power-off':
      return action.volumes === 'destroyed' ? 'power-off with its volumes' : 'power-off';
    case 'kill':
      return action.program === undefined ? action.verb : `kill ${action.program}`;
    case 'freeze':
      return action.verb;
    case 'stop':
      return `stop within ${formatDuration(action.graceMs)}`;
    case 'isolate': {
      const way = { both: 'from and to', in: 'from', out: 'to' }[action.direction];
      return `isolate ${way} ${action.from.join(' ')}`;
    }
    case 'shape': {
      const parts = [
        action.latencyMs > 0 && `+${formatDuration(action.latencyMs)}`,
        action.jitterMs > 0 && `±${formatDuration(action.jitterMs)}`,
        action.loss > 0 && `${action.loss * 100} % lost`,
        action.bandwidthBps !== null && `${action.bandwidthBps / 1000} kbit/s`,
      ];
      return `shape to ${action.to.join(' ')} (${parts.filter(Boolean).join(', ')})`;
    }
  }
}
