import type { Document, Value } from '../shrink/document.ts';
import type { Dice } from './dice.ts';

/** The share of quantities that are drawn anew each time instead of being the same always. */
const DRAWN = 0.25;

/** A unit that a quantity is written in. */
export type Unit = 'ms' | 'B';

/**
 * A quantity around `middle`, mostly always the same, otherwise one of the distributions of the language. None of them
 * has many that are far above it: how slow a network may be without that being the peers' fault is no question here.
 */
export function drawQuantity(dice: Dice, middle: number, unit: Unit): Value {
  if (!dice.chance(DRAWN)) return written(middle, unit);
  return dice.one(DISTRIBUTIONS)(middle, (value) => written(value, unit));
}

type Write = (value: number) => string;

const DISTRIBUTIONS: readonly ((middle: number, write: Write) => Document)[] = [
  (middle, write) => ({ uniform: [write(middle / 2), write(middle * 2)] }),
  (middle, write) => ({ normal: { mean: write(middle), deviation: write(middle / 3) } }),
  (middle, write) => ({ exponential: write(middle) }),
  (middle, write) => ({ lognormal: { median: write(middle), sigma: 0.5 } }),
  (middle, write) => ({ pareto: { median: write(middle), shape: 4 } }),
  (middle, write) => ({ weibull: { median: write(middle), shape: 1.5 } }),
];

function written(value: number, unit: Unit): string {
  return `${Math.max(1, Math.round(value))}${unit}`;
}
