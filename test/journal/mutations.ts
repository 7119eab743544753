/** Numbers from 0 up to but not 1, the same for the same seed. */
export function drawsFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const VALUES: readonly unknown[] = [
  ...[null, true, false, 0, -1, 1, 0.5, 1e9, 1e12, -1e12, 1e15, -1e15, 1e300, 5e-324, 2 ** 53, 86_400_000],
  ...[
    '',
    'x',
    '\u001b[2J\u0007',
    '\u202eabc',
    '\u2028',
    '::error::x',
    '__proto__',
    'toString',
    '0000-01-01',
    '9999-12-31',
  ],
  ...[
    '2024-02-31',
    '-1',
    '1e9',
    'web-seoul',
    'read',
    'all',
    [],
    [[]],
    [null],
    [1, 2],
    {},
    { kind: 'http' },
    { share: 9 },
  ],
];

const NUMBERS = [0.001, 1e6, 1e11, 1e12, 4000];

interface Place {
  readonly holder: Record<string, unknown> | unknown[];
  readonly key: string | number;
}

function placesIn(value: unknown, found: Place[]): void {
  if (typeof value !== 'object' || value === null) return;
  for (const key of Object.keys(value)) {
    found.push({ holder: value as Record<string, unknown>, key });
    placesIn((value as Record<string, unknown>)[key], found);
  }
}

/** A journal's lines with something wrong: a field that is another, gone, twice or elsewhere; a line that is cut, gone, twice or noise. */
export function mutate(lines: readonly string[], draw: () => number): string[] {
  const pick = <T>(choices: readonly T[]): T => choices[Math.floor(draw() * choices.length)] as T;
  let changed = [...lines];
  for (let times = 1 + Math.floor(draw() * 2); times > 0; times -= 1) {
    // Every reader relies on the plan most: every second change is in it.
    const index = draw() < 0.5 ? 0 : Math.floor(draw() * changed.length);
    const line = changed[index] ?? '';
    const kind = draw();
    if (kind < 0.75) changed[index] = mutateField(line, pick, draw);
    else if (kind < 0.8) changed[index] = line.slice(0, Math.floor(draw() * line.length));
    else if (kind < 0.85) changed = changed.toSpliced(index, 1);
    else if (kind < 0.9) changed = changed.toSpliced(Math.floor(draw() * changed.length), 0, line);
    else if (kind < 0.95)
      changed[index] = pick(['{}', 'null', '[]', '\u0000', '"', '{"entry":"end"}', line.replace(/\d/, '9')]);
    else changed = changed.toSorted(() => draw() - 0.5);
  }
  return changed;
}

function mutateField(line: string, pick: <T>(choices: readonly T[]) => T, draw: () => number): string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return line;
  }
  const places: Place[] = [];
  placesIn(value, places);
  if (places.length === 0) return line;
  const { holder, key } = pick(places);
  const inside = holder as Record<string | number, unknown>;
  const before = inside[key];
  const alike = VALUES.filter((other) => typeof other === typeof before && other !== null);
  const kind = draw() * 3;
  // What is of the type that it was comes further than the reader.
  if (kind > 1.2 && typeof before === 'number')
    inside[key] = pick([before + 1, before * 2, before / 2, 0, 1, ...NUMBERS]);
  else if (kind > 1.2 && alike.length > 0) inside[key] = pick(alike);
  else if (kind < 0.1) delete inside[key];
  else if (kind < 0.2 && typeof before === 'number') inside[key] = before * pick([-1, 1000, 1e6, 1e-6, 0.5]);
  else if (kind < 0.3) {
    const other = pick(places);
    inside[key] = structuredClone((other.holder as Record<string | number, unknown>)[other.key]);
  } else if (kind < 0.35 && Array.isArray(before)) inside[key] = [...before, ...structuredClone(before)];
  else if (kind < 0.4 && Array.isArray(before)) inside[key] = before.toReversed();
  else inside[key] = pick(VALUES);
  return JSON.stringify(value);
}
