/** Death: a peer ends for good in a mesh that has settled. The others run into it once, and ask it no more. */
import type { Random } from '../../../random/random.ts';
import { Dice } from '../dice.ts';
import type { Document } from '../../shrink/document.ts';

/** What is drawn for a scenario of this theme. */
export function drawDeath(random: Random): Document {
  const dice = new Dice(random.fork('explore death'));
  const count = dice.between(3, 6);
  const rate = dice.between(10, 20);
  return {
    peers: { count },
    topology: { kind: 'full' },
    images: { generate: { count: 3, size: '1KiB' }, copies: 2 },
    network: { latency: dice.one(['1ms', '20ms']) },
    phases: [
      { name: 'meet', until: 'discovered', within: '30s' },
      { name: 'settle', for: `${dice.between(1, 60)}s` },
      { name: 'steady', for: '5s', requests: { rate: `${rate}/s`, missing: '100%' } },
    ],
    faults: [{ at: 'steady+500ms', kill: `peer-${dice.between(1, count)}` }],
    // Each may be asking it for a few at the same moment.
    expect: [`attempts.failed <= ${3 * (count - 1)}`],
  };
}
