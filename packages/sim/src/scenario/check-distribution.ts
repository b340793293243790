import type { Draft } from './draft.ts';
import { exactlyOneOf } from './exactly-one.ts';
import type { DistributionMap, DrawnSection, Sparse } from './scenario-file.ts';
import type { Path } from './tolerant.ts';

/** The kinds of distribution, as they stand in a file. */
export const DISTRIBUTIONS: readonly (keyof DistributionMap)[] = [
  'uniform',
  'normal',
  'exponential',
  'lognormal',
  'pareto',
  'weibull',
];

/** A quantity that stands in a section, and where. */
export interface WrittenQuantity {
  readonly path: Path;
  readonly value: number;
}

/** Checks a section that is a quantity or a distribution of it; one that could not be read has been told of. */
export function checkDistribution(
  draft: Draft,
  path: Path,
  section: Sparse<DrawnSection> | undefined,
): void {
  if (section === undefined || typeof section === 'number') return;
  exactlyOneOf(draft, path, DISTRIBUTIONS);
  checkUniform(draft, path, section);
}

/** Checks the bounds of `uniform`, where it is given. */
export function checkUniform(draft: Draft, path: Path, { uniform }: Sparse<DistributionMap>): void {
  if (uniform === undefined) return;
  const place = [...path, 'uniform'];
  const [from, to] = uniform;
  if (uniform.length !== 2) {
    draft.report(place, `expected two quantities, [least, most], got ${uniform.length}`);
  } else if (from !== undefined && to !== undefined && from > to) {
    draft.report(place, 'the first is more than the second, expected [least, most]');
  }
}

/** The quantities of a section: the constant, or those that a distribution is described by. */
export function quantitiesOf(
  path: Path,
  section: Sparse<DrawnSection> | undefined,
): WrittenQuantity[] {
  if (section === undefined) return [];
  if (typeof section === 'number') return [{ path, value: section }];
  const { uniform = [], normal, exponential, ...others } = section;
  const found: (readonly [Path, number | undefined])[] = [
    ...uniform.map((value, index) => [['uniform', index], value] as const),
    [['normal', 'mean'], normal?.mean],
    [['exponential'], exponential],
    ...Object.entries(others).map(([key, inner]) => [[key, 'median'], inner?.median] as const),
  ];
  return found.flatMap(([inner, value]) =>
    value === undefined ? [] : [{ path: [...path, ...inner], value }],
  );
}
