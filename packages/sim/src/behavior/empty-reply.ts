import { RES } from '@imagemesh/peer';
import type { Behavior } from './behavior.ts';

/** A sender that dies politely before the first byte, or that has an empty file of that name. */
export const emptyReply: Behavior = {
  description:
    'Answers every request with the head of a reply, no byte of a picture, and a clean end.',
  isReachable: true,
  onRequest: (call) => call.say(RES),
};
