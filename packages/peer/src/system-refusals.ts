/** What the system refuses a peer that begins, as one sentence each that says what to do. */
import { PeerError } from './peer-error.ts';
import { displaySafe } from './protocol/display.ts';
import { formatAddress, formatIp, ipOf, portOf, type Address } from './protocol/address.ts';

/** Why an images folder cannot be used. */
export function folderError(error: NodeJS.ErrnoException, folder: string): PeerError {
  const { code } = error;
  const shown = displaySafe(folder);
  if (code === 'ENOENT') {
    const message = `The images folder ${shown} does not exist; make it, or name another.`;
    return new PeerError('PEER_FOLDER_MISSING', message, { cause: error });
  }
  const why = code === 'ENOTDIR' ? 'it is not a folder' : systemReason(code);
  const message = `The images folder ${shown} cannot be read (${why}); change that, or name another.`;
  return new PeerError('PEER_FOLDER_UNREADABLE', message, { cause: error });
}

/** Why it cannot listen at an address. */
export function listenError(error: NodeJS.ErrnoException, address: Address): PeerError {
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
    case 'ENOTSUP':
      return new PeerError(
        'PEER_THREADS_UNSUPPORTED',
        'This system cannot share a port among threads; leave out --threads.',
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
