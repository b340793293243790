/** Stable codes of `PeerError`; match on these, not on messages. */
export type PeerErrorCode =
  | 'PEER_FOLDER_MISSING'
  | 'PEER_FOLDER_UNREADABLE'
  | 'PEER_PORT_IN_USE'
  | 'PEER_PORT_FORBIDDEN'
  | 'PEER_HOST_UNAVAILABLE'
  | 'PEER_LISTEN_FAILED'
  | 'PEER_THREADS_UNSUPPORTED'
  | 'PEER_LOG_UNWRITABLE'
  | 'PEER_ADDRESS_INVALID'
  | 'PEER_NAME_INVALID';

/** What a user or a caller got wrong, or the system refused: one sentence that says what to do. */
export class PeerError extends Error {
  readonly code: PeerErrorCode;

  constructor(code: PeerErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PeerError';
    this.code = code;
  }
}
