import type { Behavior } from './behavior.ts';

/** Entries that are no addresses, as a list of another program may have them. */
const LITTER = Buffer.from('PEERS: 1.2.3:4 nobody 300.1.2.3:9000 127.0.0.1:0 ');

const HEAD_BYTES = 'PEERS: '.length;

/** Whoever stops to read at the first bad entry learns nothing of those behind it. */
export const litteredPeers: Behavior = {
  description: 'Puts entries that are no addresses before those of each list.',
  isReachable: true,
  onGreeting: (call) => call.say(LITTER, call.list.subarray(HEAD_BYTES)),
};
