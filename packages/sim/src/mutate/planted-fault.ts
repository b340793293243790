/** A bug that is put into the peer on purpose, to see which scenarios notice it. */
export interface PlantedFault {
  /** In kebab-case; unique. */
  readonly name: string;
  /** What the peer does wrong, as one sentence. */
  readonly description: string;
  /** The module that is changed, as a path in the sources of the peer: `core/peer.ts`. */
  readonly file: string;
  /** Text of the module; it must stand there exactly once. */
  readonly from: string;
  /** What stands there instead. */
  readonly to: string;
  /**
   * Names of scenarios that fail with it. Empty for one that no scenario notices yet: then `missed` says why.
   * Not all that do: those that are meant to, and that a test holds to it.
   */
  readonly caughtBy: readonly string[];
  /** Why no scenario notices it, as one sentence. */
  readonly missed?: string;
  /** Why `sim explore` does not find it, as one sentence; absent: it does. */
  readonly unexplored?: string;
}
