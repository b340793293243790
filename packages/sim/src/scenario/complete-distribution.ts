import type { Distribution } from '../random/distributions.ts';
import type { DrawnSection } from './scenario-file.ts';

/** The distribution that a section stands for, which has been checked. */
export function completeDistribution(section: DrawnSection): Distribution {
  if (typeof section === 'number') return { kind: 'constant', value: section };
  const { uniform, normal, exponential, lognormal, pareto, weibull } = section;
  if (uniform !== undefined) return { kind: 'uniform', from: uniform[0] ?? 0, to: uniform[1] ?? 0 };
  if (normal !== undefined) return { kind: 'normal', ...normal };
  if (exponential !== undefined) return { kind: 'exponential', mean: exponential };
  if (lognormal !== undefined) return { kind: 'lognormal', ...lognormal };
  if (pareto !== undefined) return { kind: 'pareto', ...pareto };
  if (weibull !== undefined) return { kind: 'weibull', ...weibull };
  throw new Error('a distribution was not checked');
}
