import type { Step } from '../../plan/plan.js';
import type { Berth } from './berth.js';
import { freeze, start, stateOf } from './processes.js';
import { lies, type Ward } from './ward.js';

/** How long ahead a unit is hidden of what would show it, and how long before that its end is let happen. */
const AHEAD_MS = 150;
const FAREWELL_MS = 60;
/** The longest that a restart policy waits, and a start. */
const PATIENCE_MS = 90_000;
const LOOK_MS = 10;

/** Starts a unit that is to stand still, so that nobody hears of it before it does: hidden by the network meanwhile. */
export async function startFrozen(ward: Ward, berth: Berth): Promise<void> {
  const { docker, clock, holds } = ward;
  const hidden = [hideOf(berth)];
  await holds.take(berth, hidden, clock.now());
  try {
    await start(docker, berth);
    await freeze(docker, berth);
  } finally {
    await holds.release(berth, hidden);
  }
}

/**
 * Lets a frozen unit end by `end`, and freezes what its restart policy starts before anybody hears of it. Resolves when it
 * was let end, with what goes on until then.
 */
export async function endFrozen(ward: Ward, berth: Berth, end: () => Promise<void>): Promise<{ back: Promise<void> }> {
  const { docker, clock, holds } = ward;
  const { StartedAt } = await stateOf(docker, berth);
  if (berth.service.restart === 'no' || lies(ward, berth.unit.name, 'stop')) {
    await end();
    return { back: Promise.resolve() };
  }
  const hidden = [hideOf(berth)];
  const hiddenAtMs = clock.now() + AHEAD_MS;
  // Its peers are to hear that it ended, and not that it began.
  const hiding = holds.take(berth, hidden, hiddenAtMs);
  const back = async () => {
    await hiding;
    try {
      await freezeNext(ward, berth, StartedAt);
    } finally {
      await holds.release(berth, hidden);
    }
  };
  await clock.sleepUntil(hiddenAtMs - FAREWELL_MS);
  await end();
  return { back: back().catch(() => {}) };
}

/** Freezes the next life of a unit as soon as it is there, as long as anything wants it frozen. */
async function freezeNext(ward: Ward, berth: Berth, startedAt: string): Promise<void> {
  const { docker, clock } = ward;
  const { name } = berth.unit;
  const untilMs = clock.now() + PATIENCE_MS;
  while (clock.now() < untilMs && lies(ward, name, 'freeze') && !lies(ward, name, 'stop')) {
    const { Running, Restarting, StartedAt } = await stateOf(docker, berth);
    if (Running && !Restarting && StartedAt !== startedAt) return freeze(docker, berth);
    // It ended for good.
    if (!Running) return;
    await clock.sleepUntil(clock.now() + LOOK_MS);
  }
}

function hideOf({ unit: { name } }: Berth): Step {
  return { id: `hidden ${name}`, fault: 'hidden', unit: name, action: { verb: 'power-off', volumes: 'kept' } };
}
