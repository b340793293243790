/** What goes between the bytes of a stream: its call, its end, or that it was reset. */
export type Mark = 'open' | 'end' | 'reset';

/** Bytes of a stream, or a mark between them, on the way. */
export interface Parcel {
  readonly what: Uint8Array | Mark;
  /** When it arrives, in µs of `performance.now()`. */
  readonly dueUs: number;
}
