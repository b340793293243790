import type { Load, Requests } from './scenario.ts';
import { formatQuantity } from './units.ts';

/** A stream of requests in the words of a scenario: `20 users, think 100ms, zipf 0.9, from leech`. */
export function describeRequests({ load, popularity, missing, from }: Requests): string {
  const askers = from === null ? [] : 'get' in from ? weights(from) : from;
  return [
    describeLoad(load),
    popularity.kind === 'zipf' && `zipf ${popularity.exponent}`,
    missing > 0 && `${formatQuantity('share', missing)} missing`,
    askers.length > 0 && `from ${askers.join(', ')}`,
  ]
    .filter(Boolean)
    .join(', ');
}

function weights(from: ReadonlyMap<string, number>): string[] {
  return [...from].map(([group, weight]) => `${group}: ${Number(weight.toPrecision(3))}`);
}

function describeLoad(load: Load): string {
  if (load.kind === 'users') return `${load.users} users${describeThink(load.think)}`;
  const { arrivals } = load;
  if (load.kind === 'rate') return `${rate(load.perSecond)}, ${arrivals}`;
  const { kind, perSecond } = load.profile;
  const separator = kind === 'ramp' ? ' to ' : ', ';
  return `${kind} ${perSecond.map(rate).join(separator)}, ${arrivals}`;
}

function describeThink(think: Extract<Load, { readonly kind: 'users' }>['think']): string {
  if (think.kind !== 'constant') return `, think ${think.kind}`;
  return think.value === 0 ? '' : `, think ${formatQuantity('time', think.value)}`;
}

function rate(perSecond: number): string {
  return `${Number(perSecond.toPrecision(4))}/s`;
}
