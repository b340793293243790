import { z } from 'zod';
import { shown } from '../nearest.ts';
import type { DistributionMap, DrawnSection } from '../scenario-file.ts';
import { examplesOf, type Unit } from '../units.ts';
import { quantity } from './values.ts';
import { valueOrMap } from './value-or-map.ts';

/** A smaller shape draws numbers that no machine can count. */
const SMALLEST_SHAPE = 0.1;
const LARGEST_SHAPE = 100;
const LARGEST_SIGMA = 10;

/** See `distributionKeys`. */
type DistributionKeys = {
  readonly [Key in keyof DistributionMap]-?: z.ZodType<DistributionMap[Key]>;
};

/** A number without a unit, above 0 or from `min`. */
export function plainNumber(
  example: number,
  range: { readonly min?: number; readonly max: number },
): z.ZodNumber {
  const { min, max } = range;
  const number = z.number({
    error: ({ input }) => `expected a number such as ${example}, got ${shown(input)}`,
  });
  const bounded =
    min === undefined
      ? number.positive({ error: ({ input }) => `${shown(input)} is not above 0` })
      : number.min(min, { error: ({ input }) => `${shown(input)} is below ${min}` });
  return bounded.max(max, { error: ({ input }) => `${shown(input)} is above ${max}` });
}

/** A quantity that is the same always, or a map with one distribution that it is drawn from. */
export function drawn(
  unit: Unit,
  options: { readonly aboveZero?: boolean; readonly max?: number } = {},
): z.ZodType<DrawnSection> {
  const constant = quantity(unit, options);
  const within = quantity(unit, { ...options, aboveZero: true });
  const [example] = examplesOf(unit);
  return valueOrMap(
    constant,
    distributionOf(constant, within),
    `expected ${example} or a distribution such as { exponential: ${example} }`,
  );
}

function distributionOf(
  constant: z.ZodType<number>,
  within: z.ZodType<number>,
): z.ZodType<DistributionMap> {
  return z.strictObject(distributionKeys(constant, within));
}

/** The keys of the distributions, one of which a map has: made of quantities from 0, and of such above 0. */
export function distributionKeys(
  constant: z.ZodType<number>,
  within: z.ZodType<number>,
): DistributionKeys {
  const shape = plainNumber(1.5, { min: SMALLEST_SHAPE, max: LARGEST_SHAPE });
  const median = within.describe('Half of what is drawn is less.');
  return {
    uniform: z
      .array(constant)
      .meta({ minItems: 2, maxItems: 2 })
      .describe('`[least, most]`: everything between the two alike.')
      .optional(),
    normal: z
      .strictObject({
        mean: within.describe('What is drawn most often.'),
        deviation: within.describe('Standard deviation: two thirds are no farther from the mean.'),
      })
      .describe('Around a mean, as often above it as below; what would be below 0 is 0.')
      .optional(),
    exponential: within.describe('The mean: short ones are common, long ones rare.').optional(),
    lognormal: z
      .strictObject({
        median,
        sigma: plainNumber(1, { max: LARGEST_SIGMA }).describe(
          'Standard deviation of the logarithm: with 1, two thirds are between 0.37 and 2.7 times the median. Above 0, at most 10.',
        ),
      })
      .describe('What sizes of files look like: many near the median, some far above.')
      .optional(),
    pareto: z
      .strictObject({
        median,
        shape: shape.describe('The smaller, the larger the few. From 0.1 to 100.'),
      })
      .describe('A few are much larger than most.')
      .optional(),
    weibull: z
      .strictObject({
        median,
        shape: shape.describe(
          'Below 1 a few are much larger than most; 1 is exponential; above 3 all are much alike. From 0.1 to 100.',
        ),
      })
      .describe('What lifetimes look like.')
      .optional(),
  };
}
