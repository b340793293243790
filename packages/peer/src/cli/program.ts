/** The commands of `p2p`, their arguments and their help. Each is loaded when it is asked for: no start waits for the others. */
import { Command, Option } from 'commander';
import { displaySafe } from '../protocol/display.ts';
import { nearest } from './configuration/nearest.ts';
import { loadConfiguration, type Configuration } from './configuration/load.ts';
import type { Flags } from './configuration/sources.ts';
import { readQuantity } from './configuration/quantity.ts';
import { addSettingFlags, flagsOf } from './option-flags.ts';

const EXAMPLES = `
Examples:
  p2p 9001 --peer 192.168.1.20:9001        share ./images, ask for names
  p2p get cat.png --peer localhost:9001    fetch one image and end`;

/** Within this time a command finds others, unless told otherwise. */
const DEFAULT_WITHIN = '10s';

/** The whole command line. An action sets the exit code of the process. */
export function makeProgram(version: string): Command {
  const program = prepared(new Command('p2p'))
    .description('Shares a folder of images with other peers, without a server.')
    .usage('[options] [command] [port = 9000]')
    .argument('[port]', 'port to listen on')
    .allowExcessArguments()
    .addOption(new Option('--control', 'commands and events as lines of JSON').hideHelp())
    .addHelpText('after', EXAMPLES)
    .configureHelp({ visibleArguments: () => [], subcommandTerm: termOf })
    .enablePositionalOptions()
    .helpCommand(false)
    .version(version, '--version', 'show the version');
  // Known, and left out of the help, which must fit on a screen.
  for (const option of program.options) if (option.long === '--version') option.hideHelp();
  addSettingFlags(program, 'run', 'common');
  program.action(async (port: string | undefined, options: { control?: boolean }) => {
    refuseOthers(program);
    // What runs a peer by lines of JSON has said all on the command line; no file may change that.
    const isControlled = options.control === true;
    const read = reader(flagsOf(program, port), isControlled);
    const configuration = await read();
    process.exitCode = isControlled
      ? await (await import('./control.ts')).control(configuration)
      : await (await import('./run.ts')).run(configuration, { read, version });
  });
  const others = [getCommand(), peersCommand(), pingCommand(), checkCommand(), configCommand()];
  for (const command of others) program.addCommand(command);
  return program;
}

function getCommand(): Command {
  const command = prepared(new Command('get'))
    .summary('fetch one image and end')
    .description('Fetch one image from whoever has it, save it, and end.')
    .argument('<name>', 'name of the image')
    .option('--from <host:port>', 'ask this peer alone')
    .option('--quiet', 'print only the path of the saved image')
    .addOption(withinOption('look for peers for so long at most'))
    .option('--json', 'print the result as JSON');
  addSettingFlags(command, 'get', 'all');
  return command.action(async (name: string, options: GetFlags) => {
    const { settings, limits } = await reader(flagsOf(command))();
    const withinMs = readWithin(command, options.within);
    const { get } = await import('./get.ts');
    process.exitCode = await get(name, { ...options, ...settings, limits, withinMs });
  });
}

interface GetFlags {
  readonly from?: string;
  readonly within: string;
  readonly json?: boolean;
}

function peersCommand(): Command {
  const command = prepared(new Command('peers'))
    .summary('find peers, print them and end')
    .description('Greet peers and those that they know, print who answered, and end.')
    .addOption(withinOption('look for so long at most'))
    .option('--json', 'print the result as JSON');
  addSettingFlags(command, 'peers', 'all');
  return command.action(async (options: { within: string; json?: boolean }) => {
    const { settings, limits } = await reader(flagsOf(command))();
    const withinMs = readWithin(command, options.within);
    const { peers } = await import('./peers.ts');
    process.exitCode = await peers({ ...options, ...settings, limits, withinMs });
  });
}

function pingCommand(): Command {
  const command = prepared(new Command('ping'))
    .summary('greet one peer and end')
    .description(
      'Greet one peer and say whether it answers; without an address, the peer of this machine.',
    )
    .argument('[host:port]', 'the peer to greet')
    .addOption(
      new Option('--within <time>', 'wait for the answer for so long at most').default('3s'),
    )
    .option('--json', 'print the result as JSON');
  return command.action(
    async (target: string | undefined, options: { within: string; json?: boolean }) => {
      // What the configuration says is only of use where no address was given.
      const { settings } = await reader({ settings: {}, limits: [] }, target !== undefined)();
      const withinMs = readWithin(command, options.within);
      const { ping } = await import('./ping.ts');
      process.exitCode = await ping({ ...options, ...settings, target, withinMs });
    },
  );
}

function checkCommand(): Command {
  return prepared(new Command('check'))
    .summary('say what of a folder would be shared')
    .description('Say what of a folder a peer would share, and what not, and why.')
    .argument('<folder>', 'the folder to look at')
    .option('--json', 'print the result as JSON')
    .action(async (folder: string, options: { json?: boolean }) => {
      const { check } = await import('./check.ts');
      process.exitCode = await check(folder, options);
    });
}

function configCommand(): Command {
  const command = prepared(new Command('config'))
    .summary('print the settings and where they come from')
    .description('Print the settings that hold, and where each comes from.')
    .argument('[port]', 'port to listen on')
    .option('--json', 'print them as JSON');
  addSettingFlags(command, 'run', 'all');
  return command.action(async (port: string | undefined, options: { json?: boolean }) => {
    const { showConfiguration } = await import('./config.ts');
    process.exitCode = showConfiguration(await reader(flagsOf(command, port))(), options);
  });
}

/** `get <name>`: all have options. */
function termOf(command: Command): string {
  const named = command.registeredArguments.filter(({ required }) => required);
  return [command.name(), ...named.map((each) => `<${each.name()}>`)].join(' ');
}

/** What all commands have in common. */
function prepared(command: Command): Command {
  return command
    .helpOption('-h, --help', 'show this help')
    .configureOutput({ outputError: (text, write) => write(complaint(text)) })
    .exitOverride();
}

/** What commander complains of, which has words of the command line in it, as ours look. */
function complaint(text: string): string {
  const lines = text.replace(/^error: /, 'p2p: ').split('\n');
  return lines.map((line) => displaySafe(line, 1_000)).join('\n');
}

/** Reads the configuration anew at every call. */
function reader(flags: Flags, onlyFlags = false): () => Promise<Configuration> {
  const environment = onlyFlags ? {} : process.env;
  return () =>
    loadConfiguration({ flags, environment, folder: process.cwd(), withFile: !onlyFlags });
}

/** A word where the port stands is a command misspelt, or a name meant for `get`. */
function refuseOthers(program: Command): void {
  const [first = '', ...others] = program.args;
  if (/^\p{L}/u.test(first)) program.error(`p2p: ${misplaced(first, program.commands)}`);
  const [second] = others;
  if (second === undefined) return;
  program.error(`p2p: "${displaySafe(second)}" is too much; see p2p --help`);
}

function misplaced(word: string, commands: readonly Command[]): string {
  const names = commands.map((each) => each.name());
  const meant = nearest(word, names);
  if (meant !== undefined) return `there is no command "${word}"; did you mean p2p ${meant}?`;
  const what = `"${displaySafe(word)}" is no port from 0 to 65535`;
  return `${what}; to fetch an image: p2p get NAME --peer HOST:PORT`;
}

function withinOption(help: string): Option {
  return new Option('--within <time>', help).default(DEFAULT_WITHIN);
}

function readWithin(command: Command, written: string): number {
  const reading = readQuantity('time', written);
  if (reading.ok) return reading.value / 1_000;
  return command.error(`p2p: --within: ${reading.mistakes[0]?.message ?? ''}`);
}
