import { encodePeers } from '@imagemesh/peer';
import type { Behavior } from './behavior.ts';
import { bogusAddress } from './bogus-addresses.ts';

/** As many as a list of ours can have. */
const LISTED = 60;

/** A peer that makes others dial where nobody is. */
export const bogusPeers: Behavior = {
  description:
    'Lists 60 addresses where nobody listens in answer to each greeting, others every time.',
  isReachable: true,
  onGreeting(call) {
    const first = call.number * LISTED;
    const addresses = Array.from({ length: LISTED }, (_, n) =>
      bogusAddress(call.address, first + n),
    );
    call.say(encodePeers(addresses));
  },
};
