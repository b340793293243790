/** Something cannot be shown as it was asked for; the message is one sentence that says what to do. */
export class ReplayError extends Error {
  readonly code = 'REPLAY_ERROR';

  constructor(message: string) {
    super(message);
    this.name = 'ReplayError';
  }
}
