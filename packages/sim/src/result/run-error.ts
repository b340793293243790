/** The run could not be carried out: exit code 3. One sentence that says why and what to do. */
export class RunError extends Error {
  readonly code = 'RUN_ERROR';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'RunError';
  }
}

/** The same for a bound of the lab's own that the run came to: exit code 4, no verdict on the peers. */
export class HarnessBoundError extends RunError {
  constructor(message: string) {
    super(message);
    this.name = 'HarnessBoundError';
  }
}
