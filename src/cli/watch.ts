import { type Clock, wallClock } from '../clock.js';
import { recoverDrill } from '../drill/drill.js';
import { type DockerEngine, type DockerOptions, dockerEngine, hostFromEnvironment } from '../engine/docker/docker.js';
import { exitCodes } from '../judge/judge.js';
import type { Io } from './io.js';
import { reopenJournal } from './journal-file.js';
import { DISMISSED } from './watchdog.js';

/** What the runner asked of Docker just before it died may still be under way. */
const AFTERSHOCK_MS = 1500;
/** For so long a Docker that does not answer, or lets go of nothing, is waited for: nobody else may be there to cure. */
const PATIENCE_MS = 3_600_000;
/** A Docker that is restarted is back within seconds; one that is not is not asked all the time. */
const LOOK_EVERY_MS = 1000;
const SELDOM_MS = 10_000;
const SOON_MS = 300_000;

/** What the watchdog does: waits for the end of its runner, and unless it was dismissed, recovers the drill. */
export async function watchDrill(io: Io, drill: string, journal: string, allowRemote: boolean): Promise<number> {
  const end = io.onStop(() => {});
  const last = Buffer.from(await io.readInput(1024)).toString('utf8');
  if (last === DISMISSED) return 0;
  const clock = wallClock();
  await clock.sleepUntil(AFTERSHOCK_MS);
  const file = reopenJournal(io, journal);
  const host = hostFromEnvironment(io.env);
  const engine = await awaitEngine(clock, { clock, folder: io.cwd, host, allowRemote });
  const patienceMs = PATIENCE_MS;
  const { left } = await recoverDrill({ drill, engine, clock: engine.clock, patienceMs, ...file, by: 'its watchdog' });
  end();
  return left.length === 0 ? 0 : exitCodes.notRestored.code;
}

/** It may be Docker's restart that the runner died of. */
async function awaitEngine(clock: Clock, options: DockerOptions): Promise<DockerEngine> {
  const untilMs = clock.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await dockerEngine(options);
    } catch (error) {
      if (clock.now() > untilMs) throw error;
      await clock.sleepUntil(clock.now() + (clock.now() < SOON_MS ? LOOK_EVERY_MS : SELDOM_MS));
    }
  }
}
