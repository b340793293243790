/** The limits of the peer as settings, made from `DEFAULT_LIMITS`: a new limit needs nothing here. */
import { DEFAULT_LIMITS, type PeerLimits } from '../../core/options.ts';
import type { QuantityUnit } from './quantity.ts';
import { quantity, type ValueKind } from './value-kinds.ts';

/** One limit as it is written under `limits:` in a file. */
export interface LimitSetting {
  readonly key: keyof PeerLimits;
  /** The name without the unit, which stands with the value: `dialTimeout`. */
  readonly name: string;
  readonly unit: QuantityUnit;
  readonly kind: ValueKind<number>;
  readonly fallback: number;
}

/** Limits that switch something off at 0; of the others a peer could do nothing at 0. */
const MAY_BE_ZERO: ReadonlySet<keyof PeerLimits> = new Set<keyof PeerLimits>(['compareAsks']);

/** All limits, in the order of `DEFAULT_LIMITS`. */
export const LIMIT_SETTINGS: readonly LimitSetting[] = (
  Object.keys(DEFAULT_LIMITS) as (keyof PeerLimits)[]
).map(limitSetting);

function limitSetting(key: keyof PeerLimits): LimitSetting {
  const unit = unitOf(key);
  const name = key.replace(/Us$/, '');
  return {
    key,
    name,
    unit,
    kind: quantity(unit, MAY_BE_ZERO.has(key) ? 0 : 1),
    fallback: DEFAULT_LIMITS[key],
  };
}

/** The unit stands in the name: `dialTimeoutUs`, `imageBytes`, `minBytesPerSecond`. */
function unitOf(key: string): QuantityUnit {
  if (key.endsWith('Us')) return 'time';
  return /bytes/i.test(key) ? 'bytes' : 'count';
}
