/** Quiet: nothing goes wrong, so that peers know all others, answer at once, and hardly talk once they have met. */
import type { Random } from '../../../random/random.ts';
import { Dice } from '../dice.ts';
import type { Document } from '../../shrink/document.ts';
import { MOST_PEERS } from './sizes.ts';

/** Messages of one peer to another until they have met, and in the minute behind that: twice as many as it takes. */
const MESSAGES_A_PAIR = 60;

/** What is drawn for a scenario of this theme. */
export function drawQuiet(random: Random): Document {
  const dice = new Dice(random.fork('explore quiet'));
  const count = dice.between(2, MOST_PEERS);
  const kind = dice.one(['full', 'ring', 'line', 'star', 'tree']);
  const images = dice.between(1, 8);
  return {
    peers: { count },
    topology: { kind },
    images: { generate: { count: images, size: '1KiB' }, copies: dice.between(1, count) },
    network: { latency: dice.one(['0', '1ms', '20ms']), jitter: dice.one(['0', '3ms']) },
    phases: [
      { name: 'meet', until: 'discovered', within: '30s' },
      { name: 'idle', for: '60s' },
      { name: 'steady', for: '3s', requests: { rate: '10/s', missing: '30%' } },
    ],
    expect: [
      `all-peers.known == ${count - 1}`,
      `discovery.messages <= ${MESSAGES_A_PAIR * count * (count - 1)}`,
      'steady.latency.max <= 1500ms',
    ],
  };
}
