import { encodeAnnouncement, portOf } from '@imagemesh/peer';
import type { Behavior } from './behavior.ts';

/** 500 greetings a second. */
const EVERY_US = 2_000;

/** A peer that takes up the time of all others with greetings. */
export const floodHello: Behavior = {
  description: 'Greets everybody that it hears of, in turn, 500 times a second.',
  isReachable: true,
  onStart(caller) {
    const greeting = encodeAnnouncement(portOf(caller.address));
    caller.every(EVERY_US, () => {
      const address = caller.next();
      if (address !== 0) caller.tell(address, greeting);
    });
  },
};
