/** The run could not be carried out: exit code 3. One sentence that says why and what to do. */
export class RunError extends Error {
  readonly code = 'RUN_ERROR';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'RunError';
  }
}
