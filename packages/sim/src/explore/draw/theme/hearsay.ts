/**
 * Hearsay: all start from one peer, and those that keep one contact look for nobody else. One that looks for all hears
 * of them in its lists alone, which may have entries that are no addresses.
 */
import type { Random } from '../../../random/random.ts';
import { Dice } from '../dice.ts';
import type { Document } from '../../shrink/document.ts';

/** What is drawn for a scenario of this theme. */
export function drawHearsay(random: Random): Document {
  const dice = new Dice(random.fork('explore hearsay'));
  const shy = dice.between(1, 7);
  const isLittered = dice.chance(0.5);
  return {
    peers: {
      groups: [
        { name: 'hub', count: 1, ...(isLittered && { behavior: 'littered-peers' }) },
        { name: 'seeker', count: 1 },
        { name: 'shy', count: shy, known: 1 },
      ],
    },
    topology: { kind: 'star' },
    images: { generate: { count: 3, size: '1KiB' }, owners: 'shy' },
    network: { latency: dice.one(['1ms', '20ms']) },
    phases: [
      { name: 'seek', for: '8s' },
      { name: 'steady', for: '3s', requests: { rate: '5/s', from: 'seeker' } },
    ],
    expect: [`seeker-1.known == ${shy + 1}`],
  };
}
