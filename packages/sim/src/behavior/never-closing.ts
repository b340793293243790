import { ERR_NOT_FOUND, RES } from '@imagemesh/peer';
import type { Behavior } from './behavior.ts';

/** A peer whose replies have no end, since only the end of a connection is one. */
export const neverClosing: Behavior = {
  description:
    'Answers requests, and keeps the connection open for a minute, so that no image is known to be whole.',
  isReachable: true,
  onRequest(call, name) {
    const image = call.readImage(name);
    if (image === null) call.write(ERR_NOT_FOUND);
    else call.write(RES, image);
  },
};
