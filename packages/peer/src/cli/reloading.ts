import type { RunningPeer } from '../running-peer.ts';
import type { Operation } from '../operation/operation.ts';
import { PeerError } from '../peer-error.ts';
import { startingAddresses } from './arguments.ts';
import {
  ConfigurationError,
  formatConfigurationError,
} from './configuration/configuration-error.ts';
import { LIMIT_SETTINGS } from './configuration/limit-settings.ts';
import type { Configuration } from './configuration/load.ts';
import { SETTINGS, type PeerSettings } from './configuration/settings.ts';

/** Settings that can change while the peer runs; so can all limits. */
const AT_ONCE: ReadonlySet<keyof PeerSettings> = new Set(['logLevel', 'peers', 'farewell']);

/** What is read again, and what it changes. */
export interface ReloadingOptions {
  readonly configuration: Configuration;
  readonly read: () => Promise<Configuration>;
  readonly peer: RunningPeer;
  readonly operation: Operation;
}

/** The configuration of a running peer, which can be read again; one that cannot be used changes nothing. */
export class Reloading {
  readonly #options: ReloadingOptions;
  #configuration: Configuration;
  #reloading: Promise<void> = Promise.resolve();

  constructor(options: ReloadingOptions) {
    this.#options = options;
    this.#configuration = options.configuration;
  }

  /** How long running replies may take at the end, in milliseconds. */
  get farewellMs(): number {
    return this.#configuration.settings.farewell / 1_000;
  }

  /** Reads it again, one time after the other. Never rejects, but for a bug. */
  reload(): Promise<void> {
    this.#options.operation.log.reopen();
    this.#reloading = this.#reloading.then(() => this.#reloadNow());
    return this.#reloading;
  }

  async #reloadNow(): Promise<void> {
    const { operation, read } = this.#options;
    try {
      const next = await read();
      await this.#apply(next);
      this.#tell(next);
      this.#configuration = next;
    } catch (error) {
      const why = reasonOf(error);
      const message = 'The configuration cannot be used; the one from before holds on.';
      operation.say('error', 'reload-failed', message, { why });
      for (const line of why.split('\n')) operation.complain(line);
    }
  }

  async #apply(next: Configuration): Promise<void> {
    const { peer, operation } = this.#options;
    const { settings } = this.#configuration;
    const hasOtherStarts = !isSame(settings.peers, next.settings.peers);
    // Before anything is changed, since a name may not be known.
    if (hasOtherStarts) peer.setStarts(await startingAddresses(next.settings.peers));
    operation.log.level = next.settings.logLevel;
    peer.setLimits(next.limits);
  }

  #tell(next: Configuration): void {
    const changed = changesBetween(this.#configuration, next);
    const atOnce = changed.filter((name) => isAtOnce(name));
    const later = changed.filter((name) => !isAtOnce(name));
    const done = atOnce.length === 0 ? 'nothing changed' : `changed: ${atOnce.join(', ')}`;
    const rest = later.length === 0 ? '' : `; a restart is needed for ${later.join(', ')}`;
    this.#options.operation.say('info', 'reloaded', `Configuration read again, ${done}${rest}.`, {
      changed: atOnce.join(' '),
      needsRestart: later.join(' '),
    });
  }
}

function isAtOnce(name: string): boolean {
  return name.startsWith('limits.') || AT_ONCE.has(name as keyof PeerSettings);
}

/** Names of settings, `port`, and limits, `limits.known`, that differ. */
function changesBetween(before: Configuration, after: Configuration): string[] {
  const keys = Object.keys(SETTINGS) as (keyof PeerSettings)[];
  return [
    ...keys.filter((key) => !isSame(before.settings[key], after.settings[key])),
    ...LIMIT_SETTINGS.filter(({ key }) => before.limits[key] !== after.limits[key]).map(
      ({ name }) => `limits.${name}`,
    ),
  ];
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function reasonOf(error: unknown): string {
  if (error instanceof ConfigurationError) return formatConfigurationError(error, false);
  if (error instanceof PeerError) return error.message;
  throw error;
}
