import { RES } from '@imagemesh/peer';
import type { Behavior } from './behavior.ts';
import { WRONG_PICTURE } from './wrong-picture.ts';

/** A liar: whoever believes it has an image of the right name and other bytes. */
export const wrongBytes: Behavior = {
  description: 'Answers every request with a whole picture of other bytes.',
  isReachable: true,
  onRequest: (call) => call.say(RES, WRONG_PICTURE),
};
