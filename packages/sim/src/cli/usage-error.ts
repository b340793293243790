/** The command itself was wrong: exit code 2. One sentence a line that says what and what to do. */
export class UsageError extends Error {
  readonly code = 'USAGE_ERROR';

  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}
