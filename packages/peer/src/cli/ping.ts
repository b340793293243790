import { connect } from 'node:net';
import { formatAddress, formatIp, ipOf, portOf, type Address } from '../protocol/address.ts';
import { HELLO } from '../protocol/message.ts';
import { PeersParser } from '../protocol/reply-parser.ts';
import { resolveAddress } from './arguments.ts';
import { asciiJson } from './ascii-json.ts';
import { formatPeers, formatTime } from './wording.ts';

/** Options of `p2p ping`. */
export interface PingOptions {
  /** `HOST:PORT`; undefined: the peer that runs here with these settings. */
  readonly target: string | undefined;
  /** Where that one listens. */
  readonly host: string;
  readonly port: number;
  /** How long to wait for the answer at most. */
  readonly withinMs: number;
  readonly json?: boolean;
}

/** What `p2p ping --json` prints; docs/peer.md describes it. */
export interface PingReport {
  readonly version: 1;
  readonly command: 'ping';
  /** `HOST:PORT` of the peer that was greeted. */
  readonly address: string;
  /** Null: it answers. Otherwise the rest of a sentence: `it refuses connections`. */
  readonly problem: string | null;
  /** How many others it names; null when it does not answer. */
  readonly peers: number | null;
  readonly elapsedMs: number;
}

/** What came of a greeting. */
type Answer = { readonly peers: number } | { readonly problem: string };

/**
 * Greets one peer and says whether it answers. Light enough to be asked every few seconds, as a container's health
 * check does. Returns the exit code.
 */
export async function ping(options: PingOptions): Promise<number> {
  const target = options.target ?? `${localHost(options.host)}:${options.port}`;
  const address = await resolveAddress(target);
  const startMs = performance.now();
  const answer = await greet(address, options.withinMs);
  const elapsedMs = performance.now() - startMs;
  const isThere = 'peers' in answer;
  const shown = formatAddress(address);
  if (options.json) {
    const report: PingReport = {
      version: 1,
      command: 'ping',
      address: shown,
      problem: isThere ? null : answer.problem,
      peers: isThere ? answer.peers : null,
      elapsedMs: Math.round(elapsedMs * 1e3) / 1e3,
    };
    console.log(asciiJson(report));
  } else if (isThere) {
    const time = formatTime(elapsedMs * 1e3);
    console.log(`${shown} answers, in ${time}; it knows ${formatPeers(answer.peers)}.`);
  } else {
    console.error(`p2p: No peer answers at ${shown}: ${answer.problem}.`);
  }
  return isThere ? 0 : 1;
}

/** A peer that listens on all interfaces is reached by the loopback one. */
function localHost(host: string): string {
  return host === '0.0.0.0' ? '127.0.0.1' : host;
}

/** With the bare greeting, which every peer understands and which makes nobody remember us. */
async function greet(address: Address, withinMs: number): Promise<Answer> {
  const parser = new PeersParser();
  const socket = connect({
    host: formatIp(ipOf(address)),
    port: portOf(address),
    allowHalfOpen: true,
  });
  const answer = Promise.withResolvers<Answer>();
  const late = setTimeout(() => answer.resolve({ problem: 'it says nothing' }), withinMs);
  socket.on('connect', () => socket.end(HELLO));
  socket.on('data', (bytes) => {
    if (!parser.push(bytes)) answer.resolve({ problem: 'its list of peers has no end' });
  });
  socket.on('end', () =>
    answer.resolve(
      parser.isList
        ? { peers: parser.addresses().length }
        : { problem: 'what listens there is no peer' },
    ),
  );
  socket.on('error', (error: NodeJS.ErrnoException) => answer.resolve({ problem: why(error) }));
  try {
    return await answer.promise;
  } finally {
    clearTimeout(late);
    socket.destroy();
  }
}

function why({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ECONNREFUSED') return 'nothing listens there';
  if (code === 'ECONNRESET') return 'it broke the connection off';
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH') return 'there is no way to it';
  return code ?? message;
}
