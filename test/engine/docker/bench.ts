import { wallClock } from '../../../src/clock.js';
import { LABEL } from '../../../src/engine/docker/api.js';
import { runInside } from '../../../src/engine/docker/commands.js';
import { connect } from '../../../src/engine/docker/connect.js';
import { dockerEngine } from '../../../src/engine/docker/docker.js';
import type { Engine, Raise } from '../../../src/engine/engine.js';
import type { Bench } from '../acts.js';
import { IMAGES } from './drills.js';
import { dockerHost } from './engine-here.js';

const ANSWER_MS = 1000;

/** A bench on the Docker engine that is here, for the promises of every engine. */
export async function dockerBench(): Promise<Bench> {
  const clock = wallClock();
  const { docker } = await connect(dockerHost, false);
  const engine = await dockerEngine({ clock, folder: IMAGES, host: dockerHost, allowRemote: false });
  let drill = '';
  const unitOf = async (name: string) => {
    const label = [`${LABEL.drill}=${drill}`, `${LABEL.unit}=${name}`, `${LABEL.role}=unit`];
    const [found] = await docker.listContainers({ all: true, filters: { label } });
    return { id: found?.Id ?? '', address: found?.Labels[LABEL.address] ?? '' };
  };
  return {
    clock,
    engine: {
      ...engine,
      raise(raise) {
        drill = raise.drill;
        return engine.raise(withKills(raise));
      },
    } satisfies Engine,
    run: (task) => task(),
    service: { build: 'peers', command: ['perl', '/web.pl'] },
    answerMs: ANSWER_MS,
    patienceMs: 30_000,
    async canReach(from, to) {
      const command = ['perl', '/ask.pl', (await unitOf(to)).address, String(ANSWER_MS)];
      // Docker lets nobody into a unit that is paused: it reaches nothing.
      const inside = runInside(docker, clock, (await unitOf(from)).id, command, { again: false });
      const ran = await inside.catch(() => ({ code: 1 }));
      return ran.code === 0;
    },
    async memoryOf(unit) {
      return (await fetch(`http://${(await unitOf(unit)).address}:8080/`)).text();
    },
    lack: (plan) => ({ ...plan, network: '10.79.0.0/30' }),
  };
}

/** The engine prepares for kills where the plan has any; the contract's plan says nothing of what it is about to do. */
function withKills(raise: Raise): Raise {
  const steps = raise.plan.units.map(({ name }) => {
    return { id: `kill ${name}`, fault: 'f0', unit: name, action: { verb: 'kill' } } as const;
  });
  const fault = { id: 'f0', title: 'crash', kind: 'crash', atMs: 0, steps };
  return { ...raise, plan: { ...raise.plan, faults: [fault] } };
}
