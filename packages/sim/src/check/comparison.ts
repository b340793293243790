import type { Expectation } from '../scenario/scenario.ts';

/** Whether a value is as an expectation wants it; `value` is what it compares with. */
export function compare(
  value: number,
  { comparison, value: bound }: Pick<Expectation, 'comparison' | 'value'>,
): boolean {
  switch (comparison) {
    case '<':
      return value < bound;
    case '<=':
      return value <= bound;
    case '==':
      return value === bound;
    case '!=':
      return value !== bound;
    case '>=':
      return value >= bound;
    case '>':
      return value > bound;
  }
}
