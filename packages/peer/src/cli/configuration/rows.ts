/** Settings and limits as lines of one table, which the loader goes through. */
import type { FilePath } from './configuration-file.ts';
import { LIMIT_SETTINGS } from './limit-settings.ts';
import { SETTINGS, type PeerSettings } from './settings.ts';
import type { Flags } from './sources.ts';
import type { ValueKind } from './value-kinds.ts';

/** One line of the configuration: a setting or a limit. */
export interface Row {
  readonly name: string;
  readonly path: FilePath;
  readonly kind: ValueKind<unknown>;
  readonly fallback: unknown;
  readonly isPath: boolean;
  readonly flag: string;
  /** What the flags say, undefined when they say nothing. */
  readonly written: (flags: Flags) => unknown;
}

/** All of them, settings first. */
export const ROWS: readonly Row[] = [
  ...(Object.keys(SETTINGS) as (keyof PeerSettings)[]).map(settingRow),
  ...LIMIT_SETTINGS.map(({ name, kind, fallback }): Row => ({
    name: `limits.${name}`,
    path: ['limits', name],
    kind: kind as ValueKind<unknown>,
    fallback,
    isPath: false,
    flag: `--limit ${name}`,
    written: (flags) => limitFlag(flags, name),
  })),
];

function settingRow(key: keyof PeerSettings): Row {
  const { flag, kind, fallback, isPath = false } = SETTINGS[key];
  return {
    name: key,
    path: [key],
    kind: kind as ValueKind<unknown>,
    fallback,
    isPath,
    flag: flag?.split(' ', 1)[0] ?? key,
    written: (flags) => flags.settings[key],
  };
}

/** What `--limit` says about one limit; the last word counts. */
function limitFlag({ limits }: Flags, name: string): string | undefined {
  return limits.findLast((each) => each.startsWith(`${name}=`))?.slice(name.length + 1);
}
