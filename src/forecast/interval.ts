/** The normal distribution's 97.5 % quantile: 95 % of it lie within so many standard deviations. */
const Z = 1.959963984540054;

/** A share in percent, and where its true value lies with 95 % confidence. */
export interface Share {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/**
 * The share of `hits` in `count` (more than 0) draws, in percent, with its 95 % score interval (Wilson, J. Am. Stat. Assoc.
 * 22, 1927): honest near 0 and 100 %, where the usual one has no width.
 */
export function shareOf(hits: number, count: number): Share {
  const share = hits / count;
  const weight = 1 / (1 + Z ** 2 / count);
  const middle = weight * (share + Z ** 2 / (2 * count));
  const half = weight * Z * Math.sqrt((share * (1 - share)) / count + Z ** 2 / (4 * count ** 2));
  return {
    value: percent(share),
    // At both ends the formula gives the end itself, but for the last bit.
    low: hits === 0 ? 0 : percent(middle - half),
    high: hits === count ? 100 : percent(middle + half),
  };
}

function percent(share: number): number {
  return Math.round(share * 100 * 1e6) / 1e6;
}
