/** Machines that the peers of a run are spread over, and that can be lost. */
export interface LiveHosts {
  /** How long before they are due requests are to be made, so that they are there in time. */
  readonly leadUs: number;
  /** Has the run told what becomes of them. */
  listen(events: LiveHostsEvents): void;
  /** How late something was done there at worst since the last call, in milliseconds. */
  takeWorstLagMs(): number;
}

/** What becomes of the machines of a run. */
export interface LiveHostsEvents {
  /**
   * One is lost, and with it all its peers, since a moment of `performance.now()`; `how` says of each of them why it has
   * ended.
   */
  onLost(peers: readonly number[], atMs: number, how: string): void;
  /** One that was lost is there again; its peers are not, and may be started. */
  onBack(peers: readonly number[]): void;
}
