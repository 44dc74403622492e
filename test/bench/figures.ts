import { columns } from '../../src/report/format.js';

/** One row of the benchmark: what was measured, how often, and the bound it should keep where there is one. */
export interface Figure {
  readonly what: string;
  readonly unit: string;
  readonly values: readonly number[];
  /** At most. */
  readonly bound?: number;
  /** At least. */
  readonly floor?: number;
  readonly remark?: string;
}

/** Median with spread, and the bound beside it; figures are read by people and never fail a test. */
export function figuresText(figures: readonly Figure[]): string {
  return columns(
    ['WHAT', 'RUNS', 'MEDIAN', 'LEAST', 'MOST', 'BOUND', ''],
    figures.map(({ what, unit, values, bound, floor, remark = '' }) => {
      const sorted = [...values].sort((a, b) => a - b);
      const median = sorted[sorted.length >> 1] ?? NaN;
      const isKept = (bound === undefined || median <= bound) && (floor === undefined || median >= floor);
      const verdict = bound === undefined && floor === undefined ? '' : isKept ? 'kept' : 'NOT KEPT';
      const show = (value: number | undefined): string => `${String(Math.round((value ?? NaN) * 10) / 10)} ${unit}`;
      return [
        what,
        String(values.length),
        show(median),
        show(sorted[0]),
        show(sorted.at(-1)),
        [
          ...(floor === undefined ? [] : [`at least ${String(floor)} ${unit}`]),
          ...(bound === undefined ? [] : [`${String(bound)} ${unit}`]),
        ].join(', '),
        [verdict, remark].filter((text) => text !== '').join(', '),
      ];
    }),
  );
}
