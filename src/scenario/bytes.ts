import { InputError } from '../errors.js';

const MOST_BYTES = 1024 * 1024;

/**
 * The text of a scenario file, without a byte order mark.
 * @throws InputError when it is over 1 MiB or not UTF-8.
 */
export function decodeText(source: Uint8Array | string, file: string): string {
  const size = typeof source === 'string' ? source.length : source.byteLength;
  if (size > MOST_BYTES) {
    refuse(file, 0, 0, `too long for a scenario, which has at most ${MOST_BYTES} bytes (1 MiB); name a YAML file`);
  }
  if (typeof source === 'string') return withLineFeeds(source.replace(/^\uFEFF/, ''));
  try {
    return withLineFeeds(new TextDecoder('utf-8', { fatal: true }).decode(source));
  } catch {
    const before = new TextDecoder('utf-8').decode(source).split('\uFFFD', 1).join('').split('\n');
    const col = (before.at(-1) as string).length + 1;
    return refuse(file, before.length, col, 'this is not UTF-8 text; save the file with the encoding UTF-8');
  }
}

/** YAML takes a carriage return for the end of a line too; its parser does not. */
function withLineFeeds(text: string): string {
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
}

function refuse(file: string, line: number, col: number, message: string): never {
  throw new InputError([{ file, line, col, path: '', message }]);
}
