/** What a configuration is made of. */
import type { PeerSettings } from './settings.ts';

/** What was written on the command line, not read yet. */
export interface Flags {
  /** By the names of the settings: text, a list of texts for one that may be repeated, or a boolean. */
  readonly settings: { readonly [Key in keyof PeerSettings]?: unknown };
  /** `NAME=VALUE`, as given to `--limit`. */
  readonly limits: readonly string[];
  /** The value of `--config`. */
  readonly config?: string;
}

/** Where a configuration comes from. */
export interface ConfigurationSources {
  readonly flags: Flags;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Absolute path of the working folder. */
  readonly folder: string;
  /** Whether a file is read at all. Default true. */
  readonly withFile?: boolean;
}

/** Where a value comes from. */
export type Origin =
  | { readonly from: 'default' }
  | { readonly from: 'file'; readonly file: string; readonly line: number }
  | { readonly from: 'environment'; readonly variable: string }
  | { readonly from: 'flag'; readonly flag: string };
