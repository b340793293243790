/**
 * Puts the configuration together: flags over the environment over the file over the defaults. Everything
 * that was written is read, also what something else overrides, so that all mistakes are told at once.
 */
import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { PeerLimits } from '../../core/options.ts';
import { ipOf } from '../../protocol/address.ts';
import { ConfigurationError, type ConfigurationProblem } from './configuration-error.ts';
import type { ConfigurationFile } from './configuration-file.ts';
import { environmentProblems } from './environment.ts';
import { LIMIT_SETTINGS } from './limit-settings.ts';
import { nearest, unknownWord } from './nearest.ts';
import { ROWS, type Row } from './rows.ts';
import { SETTINGS, type PeerSettings } from './settings.ts';
import type { ConfigurationSources, Flags, Origin } from './sources.ts';
import { writingsOf, type Writing } from './writings.ts';

/** The file that is read when none is named. */
export const DEFAULT_FILE = 'p2p.yaml';

/** What holds, and why. */
export interface Configuration {
  readonly settings: PeerSettings;
  readonly limits: PeerLimits;
  /** By the name of a setting, `port`, or of a limit, `limits.known`. */
  readonly origins: ReadonlyMap<string, Origin>;
  /** Absolute path of the file that was read; null: there is none. */
  readonly file: string | null;
}

/**
 * Reads the configuration. It may be called again at any time, to see what has changed in the file.
 * Rejects with a `ConfigurationError` that has all mistakes.
 */
export async function loadConfiguration(sources: ConfigurationSources): Promise<Configuration> {
  const file = sources.withFile === false ? null : await openFile(sources);
  const problems = [
    ...allKeyProblems(file),
    ...environmentProblems(sources.environment),
    ...limitFlagProblems(sources.flags),
  ];
  const origins = new Map<string, Origin>();
  const values = new Map<string, unknown>();
  for (const row of ROWS) {
    const { value, origin } = settle(row, writingsOf(row, sources, file), problems);
    values.set(row.name, value);
    origins.set(row.name, origin);
  }
  if (problems.length > 0) throw new ConfigurationError(problems);
  listenWhereAnnounced(values, origins);
  const settings = pick(Object.keys(SETTINGS), (key) => key, values) as unknown as PeerSettings;
  return { settings, limits: limitsOf(values), origins, file: file?.path ?? null };
}

/** Reads all that was written for a row, adds what is wrong to `problems`, and says what holds. */
function settle(
  { kind, fallback }: Row,
  writings: readonly Writing[],
  problems: ConfigurationProblem[],
): { value: unknown; origin: Origin } {
  let first: { value: unknown; origin: Origin } | null = null;
  for (const { written, origin, problem, settle } of writings) {
    const reading = kind.read(written);
    if (reading.ok) first ??= { value: settle(reading.value), origin };
    else problems.push(...reading.mistakes.map(problem));
  }
  return first ?? { value: fallback, origin: { from: 'default' } };
}

async function openFile({
  flags,
  environment,
  folder,
}: ConfigurationSources): Promise<ConfigurationFile | null> {
  const named = flags.config ?? (environment['P2P_CONFIG'] || undefined);
  const path = resolve(folder, named ?? DEFAULT_FILE);
  // Loading the YAML library takes time, for which only those with a file should wait.
  if (named === undefined && !(await isThere(path))) return null;
  const { ConfigurationFile } = await import('./configuration-file.ts');
  const file = await ConfigurationFile.open(path);
  if (file === null && named !== undefined) {
    const where = flags.config === undefined ? `P2P_CONFIG=${named}` : `--config ${named}`;
    throw new ConfigurationError([{ where, message: 'there is no such file' }]);
  }
  return file;
}

async function isThere(path: string): Promise<boolean> {
  // Whatever else keeps it from being read is told when it is opened.
  return await access(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== 'ENOENT',
  );
}

function allKeyProblems(file: ConfigurationFile | null): ConfigurationProblem[] {
  if (file === null) return [];
  const top = [...Object.keys(SETTINGS), 'limits'];
  return [...keyProblems(file, [], top), ...keyProblems(file, ['limits'], limitNames())];
}

/** Keys of one map that are unknown, or there twice. */
function keyProblems(
  file: ConfigurationFile,
  path: readonly string[],
  known: readonly string[],
): ConfigurationProblem[] {
  const keys = file.keys(path);
  if (keys === null) return [file.problemAt(path, `it must be a map, such as "${known[0]}: 64"`)];
  const unknown = keys.filter((key) => !known.includes(key));
  return [
    ...file.repeatedKeys(path),
    ...unknown.map((key) => file.problemAt([...path, key], unknownWord('key', key, known), true)),
  ];
}

function limitFlagProblems({ limits }: Flags): ConfigurationProblem[] {
  const names = limitNames();
  return limits.flatMap((each): ConfigurationProblem[] => {
    const name = each.split('=', 1)[0]!;
    const where = `--limit ${each}`;
    if (!each.includes('='))
      return [{ where, message: 'write NAME=VALUE, such as connections=100' }];
    return names.includes(name) ? [] : [{ where, message: unknownLimit(name, names) }];
  });
}

function unknownLimit(name: string, names: readonly string[]): string {
  if (nearest(name, names) !== undefined) return unknownWord('limit', name, names);
  return 'there is no such limit; p2p config shows all';
}

function limitNames(): string[] {
  return LIMIT_SETTINGS.map(({ name }) => name);
}

function limitsOf(values: ReadonlyMap<string, unknown>): PeerLimits {
  const nameOf = new Map<string, string>(
    LIMIT_SETTINGS.map(({ key, name }) => [key, `limits.${name}`]),
  );
  return pick([...nameOf.keys()], (key) => nameOf.get(key)!, values) as unknown as PeerLimits;
}

function pick(
  keys: readonly string[],
  nameOf: (key: string) => string,
  values: ReadonlyMap<string, unknown>,
): Record<string, unknown> {
  return Object.fromEntries(keys.map((key) => [key, values.get(nameOf(key))]));
}

/** `p2p --announce 9001` has meant to listen there since before a port could be told apart from it. */
function listenWhereAnnounced(values: Map<string, unknown>, origins: Map<string, Origin>): void {
  const announced = values.get('announce');
  if (origins.get('port')?.from !== 'default' || typeof announced !== 'number') return;
  // An address is where others reach us, which need not be where we listen.
  if (ipOf(announced) !== 0) return;
  values.set('port', announced);
  origins.set('port', origins.get('announce')!);
}
