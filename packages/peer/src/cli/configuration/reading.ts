/** One thing that is wrong with what was written for a value. */
export interface Mistake {
  /** A part of a sentence, without capital and full stop: `it must be a whole number from 1`. */
  readonly message: string;
  /** Which item of a list is meant, from 0. */
  readonly item?: number;
}

/** What was written, read: a value, or all that is wrong with it. */
export type Reading<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly mistakes: readonly Mistake[] };

/** A value that could be read. */
export function good<T>(value: T): Reading<T> {
  return { ok: true, value };
}

/** One sentence instead of a value. */
export function bad(message: string): Reading<never> {
  return { ok: false, mistakes: [{ message }] };
}
