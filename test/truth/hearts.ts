/** An instant that is known to lie between two, story milliseconds. */
export type Between = readonly [lowMs: number, highMs: number];

/** A unit is not heard from its last beat on, until it is heard again; null: it is not. */
export interface Silence {
  readonly fromMs: number;
  readonly toMs: number | null;
}

/** One life of a unit's process. */
export interface Life {
  readonly bootMs: number;
  readonly listenedMs: number;
  /** Its last beat, as the next life read it from the disk; null: no next life, or none that told. */
  lastMs: number | null;
}

/** What a unit's heart says from inside, and what a watcher outside hears of it; all in story milliseconds. */
export interface Heart {
  readonly silences: readonly Silence[];
  readonly lives: readonly Life[];
  /** It stood still from one beat to the next. */
  readonly standstills: readonly (readonly [fromMs: number, toMs: number])[];
  /** When it was asked to end. */
  readonly terms: readonly number[];
  /** Rows that it acknowledged and has no more, as its last life counted when it began. */
  readonly lost: number;
}

/** A heart as far as it was read. */
interface Told {
  readonly silences: Silence[];
  readonly lives: Life[];
  readonly standstills: Between[];
  readonly terms: number[];
  lost: number;
}

/** What one watcher's output says of every unit; `zeroMs` is the story's beginning in milliseconds since 1970. */
export function readHearts(output: string, zeroMs: number): Map<string, Heart> {
  const hearts = new Map<string, Told>();
  const at = (word: string | undefined) => Number(BigInt(word ?? '0') / 1000n) / 1000 - zeroMs;
  for (const line of output.split('\n')) {
    const [, what, name = '', ...words] = line.split(' ');
    if (what === undefined) continue;
    const heart = hearts.get(name) ?? { silences: [], lives: [], standstills: [], terms: [], lost: 0 };
    hearts.set(name, heart);
    const [first, second] = [at(words[0]), at(words[1])];
    if (what === 'silent') heart.silences.push({ fromMs: first, toMs: null });
    if (what === 'heard') {
      if (heart.silences.at(-1)?.toMs === null) heart.silences.pop();
      heart.silences.push({ fromMs: first, toMs: second });
    }
    if (what !== 'fact') continue;
    heart.lost = Number(words[7] ?? 0);
    const [bootMs = 0, listenedMs = 0, beforeMs = 0, lastMs = 0, stoodMs = 0, wentMs = 0, termMs = 0] = words.map(at);
    if (!heart.lives.some((life) => life.bootMs === bootMs)) heart.lives.push({ bootMs, listenedMs, lastMs: null });
    const before = heart.lives.find((life) => life.bootMs === beforeMs);
    if (before !== undefined) before.lastMs = lastMs;
    if (words[4] !== '0' && !heart.standstills.some(([fromMs]) => fromMs === stoodMs)) {
      heart.standstills.push([stoodMs, wentMs]);
    }
    if (words[6] !== '0' && !heart.terms.includes(termMs)) heart.terms.push(termMs);
  }
  return hearts;
}
