/** Options of `sim run`. */
export interface RunCommandOptions {
  /** One runner, or several with commas between them. */
  readonly runner: string;
  readonly seed?: number;
  readonly seeds?: SeedRange;
  readonly checkDeterminism?: boolean;
  /** Runs that `checkDeterminism` compares; at least 2. */
  readonly repeat?: number;
  readonly json?: string;
  readonly trace?: string;
  readonly quiet?: boolean;
  readonly color: boolean;
}

/** Seeds from `first` to `last`, both included. */
export interface SeedRange {
  readonly first: number;
  readonly last: number;
}
