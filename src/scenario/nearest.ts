const LISTED = 12;

/** One sentence on a name that stands for nothing: the nearest of the known names, else all of them (at most 12). */
export function unknownName(what: string, name: string, known: readonly string[]): string {
  const nearest = nearestName(name, known);
  if (nearest !== null) return `unknown ${what} \`${shorten(name)}\`; did you mean \`${nearest}\`?`;
  if (known.length === 0) return `unknown ${what} \`${shorten(name)}\`; the scenario has none`;
  return `unknown ${what} \`${shorten(name)}\`; write one of ${listNames(known)}`;
}

/** Names in backquotes, the first twelve of them. */
export function listNames(names: readonly string[]): string {
  const listed = names.slice(0, LISTED).map((name) => `\`${name}\``);
  return listed.join(', ') + (names.length > LISTED ? ` and ${names.length - LISTED} more` : '');
}

/** The known name with the fewest mistypes between it and `name`, or null when even that one is too far away to be meant. */
export function nearestName(name: string, known: readonly string[]): string | null {
  let nearest: string | null = null;
  let fewest = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) >= fewest) continue;
    const mistypes = countMistypes(name.toLowerCase(), candidate.toLowerCase());
    if (mistypes < fewest) {
      nearest = candidate;
      fewest = mistypes;
    }
  }
  return nearest;
}

/** Letters left out, added or wrong, and neighbours swapped. */
function countMistypes(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1];
      let best = Math.min(last[j] as number, row[j - 1] as number) + 1;
      best = Math.min(best, (last[j - 1] as number) + (isSame ? 0 : 1));
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (isSwap) best = Math.min(best, (beforeLast[j - 2] as number) + 1);
      row.push(best);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] as number;
}

/** A piece of the document as it may be quoted in one line of a message. */
export function shorten(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cs}\u2028\u2029]/gu, ' ');
  return line.length > 60 ? `${line.slice(0, 57)}...` : line;
}
