/** The table of settings as flags of commander, and what was given back to the loader. */
import { type Command, Option } from 'commander';
import { collect } from './arguments.ts';
import type { Flags } from './configuration/sources.ts';
import { SETTINGS, type CommandName, type PeerSettings } from './configuration/settings.ts';

const KEYS = Object.keys(SETTINGS) as (keyof PeerSettings)[];

/**
 * Gives a command the flags of its settings, `--config` and `--limit`.
 * @param shown which flags its help shows: those that are used much, or all
 */
export function addSettingFlags(
  command: Command,
  name: CommandName,
  shown: 'common' | 'all',
): void {
  for (const key of KEYS.filter((key) => SETTINGS[key].commands.includes(name))) {
    const { flag, hiddenFlag, isRare = false } = SETTINGS[key];
    if (flag !== null)
      command.addOption(optionOf(key, flag).hideHelp(isRare && shown === 'common'));
    if (hiddenFlag !== undefined) command.addOption(new Option(hiddenFlag).hideHelp());
  }
  command
    .addOption(new Option('--config <file>', 'read the settings from this file (p2p.yaml)'))
    .addOption(
      new Option('--limit <name=value>', 'change a limit; may be repeated')
        .argParser(collect)
        .default([], 'none')
        .hideHelp(shown === 'common'),
    )
    // Short for `--limit known=N`, from before limits could be set.
    .addOption(new Option('--known <n>', 'peers to keep in touch with').hideHelp());
}

function optionOf(key: keyof PeerSettings, flag: string): Option {
  const { help, fallback, fallbackHelp } = SETTINGS[key];
  const option = new Option(flag, help);
  if (Array.isArray(fallback)) return option.argParser(collect).default([], fallbackHelp);
  // Nothing else says what holds without the flag.
  const isTold = flag.includes('<') || flag.includes('[');
  return isTold && !flag.startsWith('--no-')
    ? option.default(fallback, fallbackHelp ?? String(fallback))
    : option;
}

/** What was given on the command line, to a command and before its name. */
export function flagsOf(command: Command, port?: string): Flags {
  const chain = command.parent === null ? [command] : [command.parent, command];
  const given = (attribute: string): unknown =>
    chain
      .filter((each) => each.getOptionValueSource(attribute) === 'cli')
      .map((each): unknown => each.getOptionValue(attribute))
      .at(-1);
  const settings = KEYS.flatMap((key): (readonly [string, unknown])[] => {
    const value = key === 'port' ? port : given(attributeOf(key));
    return value === undefined ? [] : [[key, value]];
  });
  const config = given('config') as string | undefined;
  const known = given('known') as string | undefined;
  const limits = (given('limit') as string[] | undefined) ?? [];
  return {
    settings: Object.fromEntries(settings),
    limits: known === undefined ? limits : [...limits, `known=${known}`],
    ...(config !== undefined && { config }),
  };
}

/** What commander calls the value of a flag. */
function attributeOf(key: keyof PeerSettings): string {
  return new Option(SETTINGS[key].flag ?? `--${key}`).attributeName();
}
