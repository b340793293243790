/** Bytes of a list of peers that we send: about 64 entries, far below a plain reader's 4,096. */
export const MAX_LIST_BYTES = 1_400;

/** Bytes of a list of peers that we read before we stop listening. */
export const MAX_LIST_READ_BYTES = 16_384;

/** Addresses that we take from one list; the rest is ignored. */
export const MAX_LIST_ENTRIES = 128;

/** Bytes of a request: the verb, a name of 255 bytes, a line end, with room to spare. */
export const MAX_REQUEST_BYTES = 512;

/** Bytes of a denial, all of its reason, that we read before we stop listening. */
export const MAX_DENIAL_READ_BYTES = 16_384;

/** Bytes of an `ERR:` reason that we keep; the rest is ignored. */
export const MAX_REASON_BYTES = 200;
