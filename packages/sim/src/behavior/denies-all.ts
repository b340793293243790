import { ERR_NOT_FOUND } from '@imagemesh/peer';
import type { Behavior } from './behavior.ts';

/** A miser: an invented "not found" is as much a lie as wrong bytes. */
export const deniesAll: Behavior = {
  description: 'Says that it has no image, whatever it owns.',
  isReachable: true,
  onRequest: (call) => call.say(ERR_NOT_FOUND),
};
