import { clockAt, formatDuration, type StoryTime } from '../scenario/scenario.js';
import type { Entry } from './entries.js';

type ClockEntry = Extract<Entry, { entry: 'clock' | 'clock-step' }>;

/** Clocks that differ by less, and rates by less than this many parts of a million, are not worth a word. */
const WORTHY_MS = 100;
const WORTHY_PPM = 1000;

/** What a reader should know of an entry about the clocks, as sentences; none where they agree well enough. */
export function describeClocks(begins: StoryTime, entry: ClockEntry): string[] {
  return entry.entry === 'clock' ? describeState(entry) : [describeStep(begins, entry)];
}

function describeState({ aheadMs, unsureMs, fastPpm }: Extract<ClockEntry, { entry: 'clock' }>): string[] {
  const sure = `known to ${formatDuration(unsureMs)}`;
  const apart = `${formatDuration(Math.abs(aheadMs))} ${aheadMs > 0 ? 'ahead of' : 'behind'} this machine's`;
  const percent = Math.round(Math.abs(fastPpm) / 100) / 100;
  return [
    ...(Math.abs(aheadMs) < WORTHY_MS
      ? []
      : [`the engine's clock is ${apart} (${sure}): every instant is on the engine's clock`]),
    ...(Math.abs(fastPpm) < WORTHY_PPM
      ? []
      : [
          `this machine's clock goes ${percent} % ${fastPpm > 0 ? 'faster' : 'slower'} than the engine's: every time is the engine's`,
        ]),
  ];
}

function describeStep(begins: StoryTime, { whose, byMs, fromMs, toMs }: Extract<ClockEntry, { entry: 'clock-step' }>) {
  const by = `${byMs < 0 ? 'back' : 'forward'} by ${formatDuration(Math.abs(byMs))}`;
  const at = `at ${clockAt(begins, Math.floor(toMs / 1000) * 1000)}`;
  switch (whose) {
    case 'engine':
      return `the engine's clock was set ${by} ${at}: what its kernel holds until an instant was armed again`;
    case 'runner':
      return `this machine's clock was set ${by} ${at}: no figure depends on it`;
    case 'between':
      return `this machine's time went ${by} against the engine's ${at}: what was seen in the ${formatDuration(toMs - fromMs)} before has no known instant and is not counted`;
  }
}
