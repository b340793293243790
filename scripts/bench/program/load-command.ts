/** What the load generator can be asked for. Replies that have not exactly `replyBytes` count as failed. */
export type LoadCommand =
  /** Asks for one of `names` after the other, `users` at a time, for so many seconds. */
  | (Target & { readonly do: 'steady'; readonly users: number; readonly seconds: number })
  /** Asks `count` times at once, from several addresses of this machine. */
  | (Target & { readonly do: 'burst'; readonly count: number })
  /** Asks for all `names` at once and reads slowly for so many seconds, then at full speed. */
  | (Target & {
      readonly do: 'slow';
      readonly bytesPerSecond: number;
      readonly seconds: number;
    });

interface Target {
  readonly port: number;
  readonly names: readonly string[];
  readonly replyBytes: number;
}

/** What came of it. Times are from the dial to the end of the reply. */
export interface LoadReport {
  readonly event: 'report';
  readonly answered: number;
  readonly failed: number;
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly worstMs: number;
  /** Processor time of the generator over time passed; 1 is a whole core. */
  readonly cpuShare: number;
}
