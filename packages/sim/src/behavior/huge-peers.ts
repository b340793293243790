import { formatAddress, makeAddress } from '@imagemesh/peer';
import type { Behavior } from './behavior.ts';
import { bogusAddress } from './bogus-addresses.ts';

const LISTED = 100_000;

/** Loopback addresses in every world: nobody far away is ever dialled for the sake of this list. */
const LOOPBACK = makeAddress(0x7f_00_00_01, 1);

/** Answers greetings with a list that nobody should read to its end. */
export const hugePeers: Behavior = {
  description: 'Answers greetings with a list of 100,000 addresses where nobody listens.',
  isReachable: false,
  onGreeting: (call) => call.say(hugeList()),
};

/** Two megabytes that all replies share; made when the first one is asked for. */
let list: Uint8Array | null = null;

function hugeList(): Uint8Array {
  if (list !== null) return list;
  const entries = Array.from({ length: LISTED }, (_, n) =>
    formatAddress(bogusAddress(LOOPBACK, n)),
  );
  list = new TextEncoder().encode(`PEERS: ${entries.join(' ')}`);
  return list;
}
