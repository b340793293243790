import { completeDistribution } from './complete-distribution.ts';
import type { Load, Requests } from './scenario.ts';
import type { RequestsSection } from './scenario-file.ts';

/** The streams of requests of a section that has been checked. */
export function completeRequests(
  section: RequestsSection | RequestsSection[] | undefined,
): Requests[] {
  if (section === undefined) return [];
  return (Array.isArray(section) ? section : [section]).map(completeStream);
}

function completeStream(stream: RequestsSection): Requests {
  const { popularity, missing, from } = stream;
  return {
    load: completeLoad(stream),
    popularity:
      popularity === 'uniform' ? { kind: 'uniform' } : { kind: 'zipf', exponent: popularity.zipf },
    missing,
    from: completeAskers(from),
  };
}

function completeLoad({ rate, ramp, steps, users, think, arrivals }: RequestsSection): Load {
  if (rate !== undefined) return { kind: 'rate', perSecond: rate, arrivals };
  if (ramp !== undefined) {
    return { kind: 'varying', profile: { kind: 'ramp', perSecond: ramp }, arrivals };
  }
  if (steps !== undefined) {
    return { kind: 'varying', profile: { kind: 'steps', perSecond: steps }, arrivals };
  }
  return { kind: 'users', users: users ?? 0, think: completeDistribution(think) };
}

function completeAskers(from: RequestsSection['from']): Requests['from'] {
  if (typeof from === 'object' && !Array.isArray(from)) return new Map(Object.entries(from));
  const groups = typeof from === 'string' ? [from] : from;
  return groups.includes('all') ? null : [...new Set(groups)];
}
