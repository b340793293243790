import { encodeRequest } from '@imagemesh/peer';
import type { Behavior } from './behavior.ts';

const EVERY_US = 50_000;

/** A peer that ties up the replies of others by not taking them. */
export const slowReader: Behavior = {
  description:
    'Asks everybody for images, 20 times a second, and reads nothing of what comes; 64 replies are stuck at once, for a minute each.',
  isReachable: true,
  onStart(caller) {
    const requests = caller.names.map(encodeRequest);
    let count = 0;
    caller.every(EVERY_US, () => {
      const address = caller.next();
      if (address === 0 || requests.length === 0) return;
      caller.askDeaf(address, requests[count++ % requests.length]!);
    });
  },
};
