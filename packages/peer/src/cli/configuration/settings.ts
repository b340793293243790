/**
 * Every setting of the peer, in one table. From it come the flags, the variables of the environment, the
 * keys of `p2p.yaml`, `p2p config` and the reference in docs/peer.md: a new setting is a line in
 * `PeerSettings` and a row in `SETTINGS`.
 */
import { LOG_LEVELS, type LogLevel } from '../../operation/log.ts';
import { DEFAULT_FOLDER } from '../folder.ts';
import { FILE_OR_NONE, FILE_OR_USUAL, HOST_NAMES, PORT_OR_NONE } from './operation-kinds.ts';
import {
  HOSTS_AND_PORTS,
  IPV4,
  oneOf,
  port,
  quantity,
  text,
  wholeNumber,
  ANNOUNCEMENT,
  YES_OR_NO,
  type ValueKind,
} from './value-kinds.ts';

/** The settings of a peer, apart from its limits. */
export interface PeerSettings {
  /** Where to listen; 0: any free port. */
  readonly port: number;
  /** The folder to share and to save into; absolute, or relative to the working folder. */
  readonly images: string;
  readonly host: string;
  /** `HOST:PORT` of the peers to greet first, not looked up yet. */
  readonly peers: readonly string[];
  readonly announce: boolean | number;
  /** Take bytes of another type than the name says. */
  readonly anyType: boolean;
  readonly quiet: boolean;
  readonly history: boolean;
  /** Where the log goes: a file, `-` for standard error; false: nowhere. */
  readonly logFile: string | false;
  readonly logLevel: LogLevel;
  /** Where metrics can be read; 0: any free port; false: nowhere. */
  readonly metricsPort: number | false;
  readonly metricsHost: string;
  /** Names that a request for metrics may call us by, beside those of loopback. */
  readonly metricsNames: readonly string[];
  /** Where the known peers are kept; true: in the usual place. */
  readonly state: string | boolean;
  /** How long running replies may take after we were told to end; microseconds. */
  readonly farewell: number;
  /** Threads that serve. */
  readonly threads: number;
}

/** The commands that take settings. */
export type CommandName = 'run' | 'get' | 'peers';

/** One setting: how it is written, and what holds when nobody says. */
export interface Setting<T> {
  /**
   * The flag as commander has it, `--host <addr>`; null when it is an argument. One that begins with
   * `--no-` switches off what is on by default.
   */
  readonly flag: string | null;
  /** A line of the help. */
  readonly help: string;
  readonly kind: ValueKind<T>;
  readonly fallback: T;
  /** What the help shows as the default, where the value itself says little. */
  readonly fallbackHelp?: string;
  /** The commands that have the flag; `p2p config` has all. */
  readonly commands: readonly CommandName[];
  /** It is left out of `p2p --help`, which must fit on a screen; `p2p config --help` has it. */
  readonly isRare?: boolean;
  /** It names a folder or file; in `p2p.yaml` it is relative to that file. */
  readonly isPath?: boolean;
  /** A variant of the flag that is known and not shown. */
  readonly hiddenFlag?: string;
}

/** The table. Its order is that of the help. */
export const SETTINGS: { readonly [Key in keyof PeerSettings]: Setting<PeerSettings[Key]> } = {
  port: {
    flag: null,
    help: 'port to listen on; 0: any free one',
    kind: port(0),
    fallback: 9_000,
    commands: ['run'],
  },
  images: {
    flag: '--images <dir>',
    help: 'folder to share and to save into',
    kind: text('the path of a folder'),
    fallback: DEFAULT_FOLDER,
    commands: ['run', 'get'],
    isPath: true,
  },
  host: {
    flag: '--host <addr>',
    help: 'address to listen on and call from',
    kind: IPV4,
    fallback: '0.0.0.0',
    commands: ['run'],
  },
  peers: {
    flag: '--peer <host:port>',
    help: 'peer to greet first; may be repeated',
    kind: HOSTS_AND_PORTS,
    // Those of the original program.
    fallback: ['127.0.0.1:9001', '127.0.0.1:9002', '127.0.0.1:9003', '127.0.0.1:9004'],
    fallbackHelp: '127.0.0.1:9001 … 9004',
    commands: ['run', 'get', 'peers'],
  },
  announce: {
    flag: '--announce [port]',
    help: 'tell peers this port',
    kind: ANNOUNCEMENT,
    fallback: true,
    fallbackHelp: 'ours; or --no-announce',
    commands: ['run'],
    hiddenFlag: '--no-announce',
  },
  history: {
    flag: '--no-history',
    help: 'do not keep what is typed at the prompt',
    kind: YES_OR_NO,
    fallback: true,
    commands: ['run'],
    isRare: true,
  },
  anyType: {
    flag: '--any-type',
    help: 'save what is of another type than its name says',
    kind: YES_OR_NO,
    fallback: false,
    commands: ['run', 'get'],
    isRare: true,
  },
  quiet: {
    flag: '--quiet',
    help: 'show only results and errors',
    kind: YES_OR_NO,
    fallback: false,
    commands: ['run', 'peers'],
  },
  logFile: {
    flag: '--log-file <file>',
    help: 'write a log of JSON lines; -: to standard error',
    kind: FILE_OR_NONE,
    fallback: false,
    fallbackHelp: 'none',
    commands: ['run'],
    isRare: true,
    isPath: true,
  },
  logLevel: {
    flag: '--log-level <level>',
    help: 'trace, debug, info, warn or error',
    kind: oneOf(...LOG_LEVELS),
    fallback: 'info',
    commands: ['run'],
    isRare: true,
  },
  metricsPort: {
    flag: '--metrics-port <port>',
    help: 'serve /metrics, /healthz and /readyz there; 0: any free port',
    kind: PORT_OR_NONE,
    fallback: false,
    fallbackHelp: 'none',
    commands: ['run'],
    isRare: true,
  },
  metricsHost: {
    flag: '--metrics-host <addr>',
    help: 'address for the metrics to listen on',
    kind: IPV4,
    fallback: '127.0.0.1',
    commands: ['run'],
    isRare: true,
  },
  metricsNames: {
    flag: '--metrics-names <host>',
    help: 'name that metrics may be asked for by; may be repeated',
    kind: HOST_NAMES,
    fallback: [],
    fallbackHelp: 'none',
    commands: ['run'],
    isRare: true,
  },
  state: {
    flag: '--state <file>',
    help: 'keep the known peers there; --no-state: nowhere',
    kind: FILE_OR_USUAL,
    fallback: true,
    fallbackHelp: 'in ~/.local/state/p2p',
    commands: ['run'],
    isRare: true,
    isPath: true,
    hiddenFlag: '--no-state',
  },
  farewell: {
    flag: '--farewell <time>',
    help: 'let running replies take so long when told to end',
    kind: quantity('time'),
    fallback: 10_000_000,
    fallbackHelp: '10s',
    commands: ['run'],
    isRare: true,
  },
  threads: {
    flag: '--threads <n>',
    help: 'serve on so many processor cores',
    kind: wholeNumber(1, 64),
    fallback: 1,
    commands: ['run'],
    isRare: true,
  },
};
