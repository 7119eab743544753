import { type Deed, type IncidentOf, onEveryUnit, type Recipe } from './recipe.js';

/** The line between two places gets worse: late, lossy or narrow, in both directions. */
export const link: Recipe<'link'> = {
  titleOf(incident) {
    const [one, other] = incident.between;
    return `link ${one.join(', ')} – ${other.join(', ')} ${qualityOf(incident)}`.trimEnd();
  },
  sidesOf: ({ between }) => between,
  deedsOf: (incident, [one = [], other = []]) => [...shape(incident, one, other), ...shape(incident, other, one)],
};

function qualityOf({ latencyMs, jitterMs, loss, bandwidthBps }: IncidentOf<'link'>): string {
  const parts: string[] = [];
  if (latencyMs > 0 || jitterMs > 0) parts.push(`${latencyMs}${jitterMs > 0 ? ` ± ${jitterMs}` : ''} ms`);
  if (loss > 0) parts.push(`${Number((loss * 100).toPrecision(6))} % loss`);
  if (bandwidthBps !== null) parts.push(formatBandwidth(bandwidthBps));
  return parts.join(', ');
}

function formatBandwidth(bps: number): string {
  if (bps >= 1e9) return `${bps / 1e9} Gbit/s`;
  if (bps >= 1e6) return `${bps / 1e6} Mbit/s`;
  return bps >= 1e3 ? `${bps / 1e3} kbit/s` : `${bps} bit/s`;
}

function shape(
  { latencyMs, jitterMs, loss, bandwidthBps }: IncidentOf<'link'>,
  side: readonly string[],
  to: readonly string[],
): Deed[] {
  return onEveryUnit([side], { verb: 'shape', to, latencyMs, jitterMs, loss, bandwidthBps });
}
