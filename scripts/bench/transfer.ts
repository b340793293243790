import { connect } from 'node:net';

const BUFFER_BYTES = 1_024 * 1_024;

/** Everything is read into one buffer and dropped: the fastest reader that Node allows. */
const buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);

/**
 * Fetches one image the plain way and drops it. Resolves to the seconds from the dial to the end of the
 * reply; rejects when that has not exactly `replyBytes`.
 */
export function transfer(port: number, name: string, replyBytes: number): Promise<number> {
  const startMs = performance.now();
  return new Promise((resolve, reject) => {
    let received = 0;
    const socket = connect({
      host: '127.0.0.1',
      port,
      noDelay: true,
      onread: {
        buffer,
        callback: (count) => {
          received += count;
          return true;
        },
      },
    });
    socket.write(`REQ: ${name}`);
    socket.on('error', reject);
    socket.on('end', () => {
      if (received === replyBytes) resolve((performance.now() - startMs) / 1_000);
      else reject(new Error(`${received} of ${replyBytes} bytes came`));
    });
  });
}
