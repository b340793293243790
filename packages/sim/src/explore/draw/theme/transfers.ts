/** Transfers: images that take seconds on their way, and links and peers that fail in the middle of them. */
import type { Random } from '../../../random/random.ts';
import { Dice } from '../dice.ts';
import type { Document } from '../../shrink/document.ts';
import { drawFault } from '../faults.ts';

/** What stops a stream in its middle. */
const KINDS = ['half-open', 'cut', 'vanish', 'pause', 'reset', 'limit', 'kill'];

/** How long the phase is in which faults begin, in milliseconds. */
const TROUBLE_MS = 10_000;

/** What is drawn for a scenario of this theme. */
export function drawTransfers(random: Random): Document {
  const dice = new Dice(random.fork('explore transfers'));
  const peers = dice.between(2, 4);
  const scope = {
    ours: [{ name: 'peer', count: peers }],
    odd: [],
    phase: 'trouble',
    phaseMs: TROUBLE_MS,
  };
  const faults = dice.between(1, 3);
  return {
    peers: { count: peers },
    topology: { kind: 'full' },
    images: { generate: { count: 2, size: '300KiB' }, copies: dice.between(1, 2) },
    network: { latency: dice.one(['1ms', '20ms']), bandwidth: '1Mbit' },
    phases: [
      { name: 'meet', until: 'discovered', within: '60s' },
      { name: 'trouble', for: `${TROUBLE_MS / 1_000}s`, requests: { rate: '1/s' } },
      { name: 'mend', until: 'discovered', within: '60s' },
    ],
    faults: Array.from({ length: faults }, () => drawFault(dice.one(KINDS), dice, scope)),
  };
}
