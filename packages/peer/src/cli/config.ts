import { relative } from 'node:path';
import { displaySafe } from '../protocol/display.ts';
import { asciiJson } from './ascii-json.ts';
import { LIMIT_SETTINGS } from './configuration/limit-settings.ts';
import type { Configuration } from './configuration/load.ts';
import { SETTINGS, type PeerSettings, type Setting } from './configuration/settings.ts';
import type { Origin } from './configuration/sources.ts';

/** What `p2p config --json` prints; docs/peer.md describes it. */
export interface ConfigurationReport {
  readonly version: 1;
  readonly command: 'config';
  /** Absolute path of the file that was read; null: there is none. */
  readonly file: string | null;
  /** By name, limits as `limits.NAME`. */
  readonly settings: Readonly<Record<string, ReportedSetting>>;
}

/** One setting in a `ConfigurationReport`. */
export interface ReportedSetting {
  /** Times in microseconds, sizes in bytes. */
  readonly value: unknown;
  /** The value as a file has it: `5s`. */
  readonly written: string;
  readonly origin: Origin;
}

/** Prints what holds, and where each value comes from. Returns the exit code. */
export function showConfiguration(
  configuration: Configuration,
  options: { readonly json?: boolean },
): number {
  const settings = reported(configuration);
  const { file } = configuration;
  if (options.json) {
    const report: ConfigurationReport = { version: 1, command: 'config', file, settings };
    console.log(asciiJson(report, 2));
  } else console.log(asTable(settings, file));
  return 0;
}

function reported({ settings, limits, origins }: Configuration): Record<string, ReportedSetting> {
  const report: Record<string, ReportedSetting> = {};
  for (const key of Object.keys(SETTINGS) as (keyof PeerSettings)[]) {
    const { kind } = SETTINGS[key] as Setting<unknown>;
    const value = settings[key];
    report[key] = { value, written: kind.write(value), origin: origins.get(key)! };
  }
  for (const { key, name, kind } of LIMIT_SETTINGS) {
    const path = `limits.${name}`;
    const value = limits[key];
    report[path] = { value, written: kind.write(value), origin: origins.get(path)! };
  }
  return report;
}

function asTable(settings: Record<string, ReportedSetting>, file: string | null): string {
  const rows = Object.entries(settings).map(([name, { written, origin }]) => {
    return [name, displaySafe(written, 1_000), describeOrigin(origin)] as const;
  });
  const nameWidth = Math.max(...rows.map(([name]) => name.length));
  // One long path must not push the third column off the screen.
  const valueWidth = Math.max(
    ...rows.map(([, value]) => value.length).filter((width) => width <= 24),
  );
  const lines = rows.map(([name, value, origin]) =>
    `${name.padEnd(nameWidth)}  ${value.padEnd(valueWidth)}  ${origin}`.trimEnd(),
  );
  const from = file === null ? 'no p2p.yaml here' : shownPath(file);
  return [...lines, '', `File: ${from}`].join('\n');
}

function describeOrigin(origin: Origin): string {
  switch (origin.from) {
    case 'default':
      return 'default';
    case 'environment':
      return origin.variable;
    case 'flag':
      return origin.flag;
    case 'file':
      return `${shownPath(origin.file)}:${origin.line}`;
  }
}

function shownPath(path: string): string {
  const short = relative(process.cwd(), path);
  return displaySafe(short.startsWith('..') ? path : short, 1_000);
}
