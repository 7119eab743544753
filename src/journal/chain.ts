/** The last line before the next one of a journal: its number, counted from 1, and the checksum over all lines up to it. */
export interface Link {
  readonly n: number;
  readonly sum: string;
}

/** Before the first line. */
export const NO_LINK: Link = { n: 0, sum: '811c9dc5' };

const SEAL = /,"n":(\d{1,15}),"sum":"([0-9a-f]{8})"\}\s*$/;
/** So many breaks are told. */
const MOST_TOLD = 3;

/** A line of a journal, a JSON object, with its number and with a checksum over it and over all before it; and its link. */
export function sealLine(json: string, { n, sum }: Link): { readonly line: string; readonly link: Link } {
  const numbered = `${json.slice(0, -1)},"n":${n + 1}`;
  const link = { n: n + 1, sum: sumOf(numbered, sum) };
  return { line: `${numbered},"sum":"${link.sum}"}`, link };
}

/** The link that a line was given, and the line without it; null when it has none, as those of older journals. */
export function readSeal(line: string): { readonly link: Link; readonly json: string } | null {
  const match = SEAL.exec(line);
  if (match === null) return null;
  const [, n = '', sum = ''] = match;
  return { link: { n: Number(n), sum }, json: `${line.slice(0, match.index)}}` };
}

/** The link of the last of these lines; null when it has none. */
export function lastLinkOf(text: string): Link | null {
  const end = text.trimEnd();
  return readSeal(end.slice(end.lastIndexOf('\n') + 1))?.link ?? null;
}

/**
 * In what a journal is not as it was written, as one sentence: lines that are missing, twice, changed or elsewhere; null: in nothing, or
 * no line has a link. It finds accidents; who forges a journal can also forge its checksums.
 */
export function describeBreaks(lines: readonly { readonly at: number; readonly line: string }[]): string | null {
  const links = lines.map(({ line }) => readSeal(line)?.link ?? null);
  if (links.every((link) => link === null)) return null;
  let before = NO_LINK;
  const breaks: string[] = [];
  for (const [index, { at, line }] of lines.entries()) {
    const link = links[index] ?? null;
    const because = link === null ? 'was added or changed' : whyBroken(line, link, before);
    if (because !== null) breaks.push(`line ${at} ${because}`);
    if (link !== null) before = link;
  }
  if (breaks.length === 0) return null;
  const more = breaks.length > MOST_TOLD ? `, and ${breaks.length - MOST_TOLD} more` : '';
  return `this journal is not as it was written: ${breaks.slice(0, MOST_TOLD).join(', ')}${more}`;
}

function whyBroken(line: string, { n, sum }: Link, before: Link): string | null {
  const missing = n - before.n - 1;
  if (missing === 1) return 'follows on one that is missing';
  if (missing > 1) return `follows on ${missing} that are missing`;
  if (missing < 0) return 'is there twice or was elsewhere';
  const numbered = line.slice(0, line.lastIndexOf(',"sum":"'));
  return sumOf(numbered, before.sum) === sum ? null : 'was changed';
}

/** FNV-1a of 32 bits, which goes on from the sum before. */
function sumOf(text: string, before: string): string {
  let hash = Number.parseInt(before, 16);
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    hash = Math.imul(hash ^ (unit & 0xff), 0x01000193);
    if (unit > 0xff) hash = Math.imul(hash ^ (unit >> 8), 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}
