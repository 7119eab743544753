import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

/** The command as it is installed. */
export const BIN = join(ROOT, 'dist/cli/cli.js');

/** Builds the command where it is older than its source: what is tested is what is written. */
export function buildWhereStale(): void {
  if (isStale()) execFileSync('npm', ['run', '--silent', 'build'], { cwd: ROOT });
}

function isStale(): boolean {
  const builtMs = statSync(BIN, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const folder = join(ROOT, 'src');
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return paths.some((path) => path.endsWith('.ts') && statSync(join(folder, path)).mtimeMs > builtMs);
}
