import type { Figure } from './figures.js';

/** What a run of the suite found. */
export interface Table {
  readonly cases: number;
  readonly compared: number;
  readonly outside: number;
  readonly kinds: readonly {
    readonly kind: string;
    readonly compared: number;
    readonly outside: number;
    /** Half of the intervals are no wider, milliseconds or rows. */
    readonly medianWidth: number;
  }[];
}

/** All figures in one table, a line a kind of figure. */
export function tableOf(cases: number, figures: readonly Figure[]): Table {
  const isOutside = ({ apartMs }: Figure) => apartMs > 0;
  const kinds = [...new Set(figures.map(({ kind }) => kind))].map((kind) => {
    const own = figures.filter((figure) => figure.kind === kind);
    const widths = own
      .flatMap(({ published: [low, high] }) => (high === null ? [] : [high - low]))
      .sort((a, b) => a - b);
    const medianWidth = Math.round((widths[Math.floor(widths.length / 2)] ?? 0) * 10) / 10;
    return { kind, compared: own.length, outside: own.filter(isOutside).length, medianWidth };
  });
  return { cases, compared: figures.length, outside: figures.filter(isOutside).length, kinds };
}

/** The table as it is read by people. */
export function printTable({ cases, compared, outside, kinds }: Table): string {
  const row = (...cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
  return [
    `${cases} cases, ${compared} figures compared, ${outside} outside of their intervals`,
    '',
    row('figure', 'compared', 'outside', 'median width'),
    row('---', '---', '---', '---'),
    ...kinds.map((one) =>
      row(one.kind, one.compared, one.outside, `${one.medianWidth} ${one.kind === 'lost' ? 'rows' : 'ms'}`),
    ),
    '',
  ].join('\n');
}
