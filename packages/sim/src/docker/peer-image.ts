/** The image of the peer, as `npm run image` builds it. */
export const PEER_IMAGE = 'imagemesh/peer:0.1.0';

/** The user that it runs as, and the group. */
export const PEER_USER = 10_001;
