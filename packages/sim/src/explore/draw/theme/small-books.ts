/** Small address books: peers that keep in touch with fewer than there are know so many, and no more. */
import type { Random } from '../../../random/random.ts';
import { Dice } from '../dice.ts';
import type { Document } from '../../shrink/document.ts';
import { MOST_PEERS } from './sizes.ts';

/** What is drawn for a scenario of this theme. */
export function drawSmallBooks(random: Random): Document {
  const dice = new Dice(random.fork('explore small books'));
  const known = dice.between(2, MOST_PEERS - 3);
  const count = dice.between(known + 2, MOST_PEERS);
  return {
    peers: { count, known },
    topology: { kind: 'full' },
    images: { generate: { count: 3, size: '1KiB' }, copies: 2 },
    network: { latency: dice.one(['1ms', '20ms']) },
    phases: [
      { name: 'meet', until: { known }, within: '30s' },
      { name: 'steady', for: '5s', requests: { rate: '5/s' } },
    ],
    expect: [`all-peers.known == ${known}`],
  };
}
