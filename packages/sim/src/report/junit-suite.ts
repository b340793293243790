/** A run, or what is made of several, as a test report shows it. Texts are as they came from outside. */
export interface TestSuite {
  readonly name: string;
  /** The scenario's file; null: it is of none alone. */
  readonly file: string | null;
  readonly seconds: number;
  /** When it was started, in UTC as ISO 8601 has it; null: it is not known. */
  readonly startedAt: string | null;
  readonly properties: Readonly<Record<string, string | number>>;
  readonly cases: readonly TestCase[];
}

/** Something that was expected. */
export interface TestCase {
  /** What readers group by, the same in each run of a scenario. */
  readonly classname: string;
  readonly name: string;
  /** Null: it passed. */
  readonly outcome: TestOutcome | null;
}

/** Why something did not pass. */
export interface TestOutcome {
  /** `error`: there is no verdict on the peers; `skipped`: so neither on this. */
  readonly kind: 'failure' | 'error' | 'skipped';
  readonly type: string;
  /** One sentence. */
  readonly message: string;
  /** All that is known, a line each. */
  readonly lines: readonly string[];
}
