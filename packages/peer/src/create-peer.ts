import {
  formatAddress,
  formatIp,
  ipOf,
  makeAddress,
  parseIp,
  portOf,
  type Address,
} from './protocol/address.ts';
import { displaySafe } from './protocol/display.ts';
import { nameBytes, nameProblem, type NameProblem } from './protocol/image-name.ts';
import type { Fetch, FetchResult } from './core/fetching.ts';
import type { HostHandler, ImageStore } from './core/host.ts';
import type { PeerObserver } from './core/observer.ts';
import { DEFAULT_LIMITS, type PeerLimits } from './core/options.ts';
import { Peer } from './core/peer.ts';
import { PeerError } from './peer-error.ts';
import { ImageFolder } from './storage/image-folder.ts';
import { MAX_SAVED_NAME_BYTES } from './storage/saving.ts';
import type { DialGate } from './transport/dial-gate.ts';
import { NodeHost } from './transport/node-host.ts';

/** What `createPeer` needs. */
export interface CreatePeerOptions {
  /** The images folder; must exist. */
  readonly images: string;
  /** Port to listen on; 0: any free one; null: do not listen, only ask. */
  readonly port: number | null;
  /**
   * IPv4 address to listen on, and to make our own connections from. Default `0.0.0.0`: every interface,
   * and the system chooses.
   */
  readonly host?: string;
  /**
   * Tell the peers that we greet which port we listen on; a number: that one instead, when others reach
   * us at a port that is handed on to ours. Default true.
   */
  readonly announce?: boolean | number;
  /** Bounds that differ from `DEFAULT_LIMITS`. */
  readonly limits?: Partial<PeerLimits>;
  readonly observer?: PeerObserver;
  /** Told of an exception out of our own logic. Default: written to standard error. */
  readonly onBug?: (error: unknown) => void;
  /** Source of randomness; the system's by default. */
  readonly random32?: () => number;
  /**
   * Puts another handler between the host and the peer: it is told what the peer would have been told, and
   * hands on what it likes. For a lab that needs peers which misbehave.
   */
  readonly intercept?: (peer: Peer) => HostHandler;
  /**
   * Puts another store between the peer and its folder, which it hands on to. For a lab in which disks have
   * trouble.
   */
  readonly interceptStore?: (folder: ImageStore) => ImageStore;
  /** What connections to others go through, for many peers that share the files of one process. */
  readonly dialGate?: DialGate;
}

/** A fetch under way on a running peer. */
export interface RunningFetch {
  readonly result: Promise<FetchResult>;
  /** Bytes of the image that have arrived so far. */
  bytesReceived(): number;
  cancel(): void;
}

/** A peer on real sockets and a real folder. Several can run in one process. */
export interface RunningPeer {
  /** Where it listens; 0 when it does not. */
  readonly address: Address;
  readonly folder: ImageFolder;
  /** Greets the starting addresses and goes on from there. Once. */
  start(starts: readonly Address[]): void;
  /** The peers that have answered us and not failed since. */
  known(): Address[];
  /**
   * Fetches an image from whoever has it, or from one address. Throws a `PeerError` for a name that no
   * image can have or that is too long to be saved; any other failure is in the result.
   */
  fetch(name: string, from?: Address): RunningFetch;
  /** Greets nobody any more, lets running replies end for at most `withinMs`, closes everything. */
  stop(withinMs?: number): Promise<void>;
}

/** Opens the folder, listens, and returns the peer, which greets nobody before its `start`. */
export async function createPeer(options: CreatePeerOptions): Promise<RunningPeer> {
  const folder = await openFolder(options.images);
  const host = new NodeHost({
    folder,
    ...(options.interceptStore && { store: options.interceptStore(folder) }),
    onBug: options.onBug ?? ((error) => console.error('p2p: an error in the peer itself:', error)),
    ...(options.random32 && { random32: options.random32 }),
    ...(options.dialGate && { dialGate: options.dialGate }),
    ...(typeof options.announce === 'number' && { announcedPort: options.announce }),
  });
  const peer = new NodePeer(host, folder, options);
  if (options.port !== null) await peer.listen(options.host ?? '0.0.0.0', options.port);
  return peer;
}

class NodePeer implements RunningPeer {
  readonly folder: ImageFolder;
  readonly #host: NodeHost;
  readonly #peer: Peer;
  readonly #announce: boolean | number;
  #address: Address = 0;

  constructor(host: NodeHost, folder: ImageFolder, options: CreatePeerOptions) {
    this.#host = host;
    this.folder = folder;
    this.#announce = options.announce ?? true;
    const limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#peer = new Peer(host, limits, options.observer);
    host.attach(options.intercept?.(this.#peer) ?? this.#peer);
  }

  async listen(host: string, port: number): Promise<void> {
    const ip = parseIp(host);
    if (ip === null) {
      const shown = displaySafe(host);
      const message = `${shown} is no IPv4 address to listen on; use one such as 127.0.0.1 or 0.0.0.0.`;
      throw new PeerError('PEER_ADDRESS_INVALID', message);
    }
    try {
      this.#address = await this.#host.listen(ip, port);
    } catch (error) {
      throw listenError(error as NodeJS.ErrnoException, makeAddress(ip, port));
    }
  }

  get address(): Address {
    return this.#address;
  }

  start(starts: readonly Address[]): void {
    this.#peer.start({ starts, announcePort: this.#announcePort() });
  }

  known(): Address[] {
    return this.#peer.known();
  }

  fetch(name: string, from?: Address): RunningFetch {
    checkName(name);
    let fetch: Fetch | null = null;
    const result = new Promise<FetchResult>((resolve) => {
      fetch = this.#peer.fetch(name, from ?? null, resolve);
    });
    return {
      result,
      bytesReceived: () => fetch?.bytesReceived ?? 0,
      cancel: () => fetch?.cancel(),
    };
  }

  async stop(withinMs = 0): Promise<void> {
    this.#peer.stop();
    await this.#host.close(withinMs);
  }

  /** 0: none is announced. */
  #announcePort(): number {
    if (typeof this.#announce === 'number') return this.#announce;
    return this.#announce ? portOf(this.#address) : 0;
  }
}

async function openFolder(folder: string): Promise<ImageFolder> {
  try {
    return await ImageFolder.open(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const shown = displaySafe(folder);
    if (code === 'ENOENT') {
      const message = `The images folder ${shown} does not exist; make it, or name another.`;
      throw new PeerError('PEER_FOLDER_MISSING', message, { cause: error });
    }
    const why = code === 'ENOTDIR' ? 'it is not a folder' : systemReason(code);
    const message = `The images folder ${shown} cannot be read (${why}); change that, or name another.`;
    throw new PeerError('PEER_FOLDER_UNREADABLE', message, { cause: error });
  }
}

function listenError(error: NodeJS.ErrnoException, address: Address): PeerError {
  const at = formatAddress(address);
  const options = { cause: error };
  switch (error.code) {
    case 'EADDRINUSE':
      return new PeerError(
        'PEER_PORT_IN_USE',
        `Port ${portOf(address)} is in use on ${formatIp(ipOf(address))}; stop what listens there, or choose another port.`,
        options,
      );
    case 'EACCES':
      return new PeerError(
        'PEER_PORT_FORBIDDEN',
        `This user may not listen on port ${portOf(address)}; choose one above 1023.`,
        options,
      );
    case 'EADDRNOTAVAIL':
      return new PeerError(
        'PEER_HOST_UNAVAILABLE',
        `This machine does not have the address ${formatIp(ipOf(address))}; choose one of its own, or 0.0.0.0 for all.`,
        options,
      );
    default:
      return new PeerError(
        'PEER_LISTEN_FAILED',
        `Cannot listen on ${at} (${systemReason(error.code)}).`,
        options,
      );
  }
}

function systemReason(code: string | undefined): string {
  if (code === 'EACCES' || code === 'EPERM') return 'permission denied';
  if (code === 'EMFILE' || code === 'ENFILE') return 'too many open files';
  return code ?? 'unknown error';
}

const NAME_PROBLEMS: Record<NameProblem, string> = {
  empty: 'it is empty',
  'too-long': 'it is longer than 255 bytes',
  separator: 'it contains a slash, a backslash or a colon',
  dots: 'it names a folder',
  'control-character': 'it contains a control character',
  'device-name': 'some systems keep that name for a device',
  'trailing-dot-or-space': 'it ends in a dot or a space',
  'invalid-utf8': 'it is not valid text',
};

/** Throws a `PeerError` when `name` cannot be the name of an image or is too long to be saved. */
export function checkName(name: string): void {
  const problem = nameProblem(name);
  const tooLong = problem === null && nameBytes(name) > MAX_SAVED_NAME_BYTES;
  if (problem === null && !tooLong) return;
  const why =
    problem === null ? `it is longer than ${MAX_SAVED_NAME_BYTES} bytes` : NAME_PROBLEMS[problem];
  const shown = displaySafe(name, 60);
  throw new PeerError('PEER_NAME_INVALID', `"${shown}" cannot be the name of an image: ${why}.`);
}
