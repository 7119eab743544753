import { resolve } from 'node:path';
import { wallClock } from '../clock.js';
import { demandOf, lackOf } from '../drill/drill.js';
import { type Check, dockerEngine, examineHost, hostFromEnvironment } from '../engine/docker/docker.js';
import { exitCodes } from '../judge/judge.js';
import { type Plan, planDrill } from '../plan/plan.js';
import type { Io } from './io.js';
import { ownAllowance } from './limits.js';
import { openScenario } from './scenario-file.js';
import { ownVersion } from './version.js';

/**
 * Prints what this machine can do, each lack with its remedy. 69 when no drill could run on Docker here, or, with a
 * scenario, when this one could not.
 */
export async function examineMachine(
  io: Io,
  name: string | undefined,
  { allowRemote = false }: { readonly allowRemote?: boolean },
): Promise<number> {
  const opened = name === undefined ? null : await openScenario(io, name);
  const plan = opened === null ? null : planDrill(opened.scenario);
  const host = hostFromEnvironment(io.env);
  const checks = [...(await examineHost(host, allowRemote)), ...describeAllowance()];
  io.out(`firedrill ${ownVersion()}, Node ${process.version}\n`);
  const width = Math.max(...checks.map(({ what }) => what.length));
  for (const { what, ok, found, remedy } of checks) {
    io.out(`${ok ? 'ok' : 'no'}  ${what.padEnd(width)}  ${found}\n`);
    // What is well and could be better has its remedy too.
    if (!ok || (what === 'clocks' && remedy !== '')) io.out(`    ${' '.repeat(width)}  ${remedy}\n`);
  }
  const answers = checks[0]?.ok === true;
  if (!answers)
    io.out('Without Docker, `firedrill run --engine sim` plays a scenario in memory and measures nothing.\n');
  if (!answers) return exitCodes.environment.code;
  if (plan === null || opened === null) return 0;
  const secretOf = (variable: string) => io.env[variable];
  const engine = await dockerEngine({
    clock: wallClock(),
    folder: resolve(opened.folder),
    host,
    allowRemote,
    secretOf,
  });
  const lack = lackOf(demandOf(plan), ownAllowance());
  return tellMissing(io, plan, [...lack, ...(await engine.examine(plan))]);
}

/** What there is of what many looks need; how many a scenario needs, `plan` says. */
function describeAllowance(): Check[] {
  const { files, ports } = ownAllowance();
  const known = (count: number | null) => (count === null ? 'not known' : `${count}`);
  const ok = { ok: true, remedy: '' };
  return [
    { ...ok, what: 'open files', found: `${known(files)} for this process` },
    { ...ok, what: 'local ports', found: `${known(ports)} for connections to one place` },
  ];
}

function tellMissing(io: Io, plan: Plan, missing: readonly string[]): number {
  for (const sentence of missing) io.out(`no  ${plan.name}: ${sentence}\n`);
  if (missing.length === 0) io.out(`ok  ${plan.name}: this machine has all that it needs\n`);
  return missing.length === 0 ? 0 : exitCodes.environment.code;
}
