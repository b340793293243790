/**
 * Walls: in a line of peers only neighbours reach each other. Nobody hands on an address that it has not reached
 * itself, so that those who are further apart than two never hear of one another.
 */
import type { Random } from '../../../random/random.ts';
import { Dice } from '../dice.ts';
import type { Document } from '../../shrink/document.ts';

/** What is drawn for a scenario of this theme. */
export function drawWalls(random: Random): Document {
  const dice = new Dice(random.fork('explore walls'));
  const count = dice.between(4, 6);
  const walls = Array.from({ length: count - 2 }, (_, i) => ({
    at: '0s',
    for: '60s',
    link: { from: `peer-${i + 1}`, to: `peer-${i + 3}`, cut: 'both' },
  }));
  return {
    peers: { count },
    topology: { kind: 'line' },
    network: { latency: dice.one(['1ms', '20ms']) },
    images: { generate: { count: 1 } },
    phases: [{ name: 'discover', for: `${dice.between(20, 40)}s` }],
    faults: walls,
    expect: Array.from(
      { length: count },
      (_, i) => `peer-${i + 1}.known <= ${i === 0 || i === count - 1 ? 1 : 2}`,
    ),
  };
}
