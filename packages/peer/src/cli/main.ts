#!/usr/bin/env node
import { Command, CommanderError, Option } from 'commander';
import { DEFAULT_LIMITS } from '../core/options.ts';
import { PeerError } from '../peer-error.ts';
import { collect, readAnnouncedPort, readCount, readPort } from './arguments.ts';
import { control, type ControlOptions } from './control.ts';
import { DEFAULT_FOLDER } from './folder.ts';
import { get, type GetOptions } from './get.ts';
import { run, type RunOptions } from './run.ts';

/** Exit codes: 0 done, 1 the world said no, 2 the command was wrong. */
const USAGE = 2;

const EXAMPLES = `
Examples:
  p2p 9001                                   share ./images, ask for names
  p2p 9001 --peer 192.168.1.20:9001          join a peer on another machine
  echo cat.png | p2p 0 --peer localhost:9001    fetch one image and end
  p2p get cat.png --from localhost:9001      the same for scripts, by exit code`;

const program = new Command('p2p')
  .description('Shares a folder of images with other peers, without a server.')
  .summary('share a folder of images')
  .usage('[options] [command] [port = 9000]')
  .argument('[port]', 'port to listen on', readPort, 9000)
  .allowExcessArguments()
  .option('--images <dir>', 'folder to share and to save into', DEFAULT_FOLDER)
  .option('--host <addr>', 'address to listen on and call from', '0.0.0.0')
  .addOption(repeatable('--peer <host:port>', 'peer to greet first; may be repeated'))
  .addOption(
    on('--announce [port]', 'tell peers our port, or this one; --no-announce: none').argParser(
      readAnnouncedPort,
    ),
  )
  .addOption(new Option('--no-announce').hideHelp())
  .option('--known <n>', 'peers to keep in touch with', readCount, DEFAULT_LIMITS.known)
  .option('--quiet', 'show only results and errors')
  .addOption(new Option('--control', 'commands and events as lines of JSON').hideHelp())
  .version('0.1.0', '--version', 'show the version')
  .helpOption('-h, --help', 'show this help')
  .addHelpText('after', EXAMPLES)
  .configureHelp({ visibleArguments: () => [] })
  .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'p2p: ')) })
  .enablePositionalOptions()
  .exitOverride()
  .action(async (port: number, options: RunOptions & { control?: boolean }) => {
    const [, ...others] = program.args;
    if (others.length > 0) program.error(`p2p: "${others.join(' ')}" is too much; see p2p --help`);
    // `p2p --announce 9001` has meant to listen there since before a port could be told here.
    const isNamed = program.args.length > 0 || typeof options.announce === 'boolean';
    const listenOn = isNamed ? port : options.announce;
    const action = options.control
      ? control({ ...options, port: listenOn } satisfies ControlOptions)
      : run(listenOn, options);
    process.exitCode = await action;
  });

program
  .command('get')
  .description('Fetch one image from one peer, save it, and end.')
  .argument('<name>', 'name of the image')
  .option('--from <host:port>', 'the peer to ask (required)')
  .option('--images <dir>', 'folder to save into', DEFAULT_FOLDER)
  .option('--quiet', 'print only the path of the saved image')
  .helpOption('-h, --help', 'show this help')
  .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'p2p: ')) })
  .exitOverride()
  .action(async (name: string, options: Partial<GetOptions>, command: Command) => {
    // Not left to commander, which would rather miss it than see that it was misspelt.
    if (options.from === undefined)
      command.error('p2p: name the peer to ask with --from HOST:PORT');
    process.exitCode = await get(name, options as GetOptions);
  });

// A reader that has gone (`… | head`) or a full disk behind the output is no reason to stop: what is done
// goes on, and the exit code still says how it ended.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = explain(error);
}

function repeatable(flags: string, description: string): Option {
  return new Option(flags, description).argParser(collect).default([], '127.0.0.1:9001 … 9004');
}

function on(flags: string, description: string): Option {
  return new Option(flags, description).default(true);
}

function explain(error: unknown): number {
  // Commander has said it already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE;
  if (!(error instanceof PeerError)) throw error;
  console.error(`p2p: ${error.message}`);
  return error.code === 'PEER_NAME_INVALID' || error.code === 'PEER_ADDRESS_INVALID' ? USAGE : 1;
}
