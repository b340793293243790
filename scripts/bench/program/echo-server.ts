/**
 * Sends back what it is sent; but `stream N` and a line end is answered with N MiB, as fast as they go.
 *
 *     node echo-server.ts [HOST]
 */
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { onCommand, tell } from './command-line.ts';

const MIB = Buffer.alloc(1_024 * 1_024, 'stream');

function stream(socket: Socket, left: number): void {
  if (left === 0) socket.end();
  else socket.write(MIB, () => stream(socket, left - 1));
}

const [host = '127.0.0.1'] = process.argv.slice(2);

const server = createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => {});
  socket.on('data', (bytes) => {
    const [, count] = /^stream (\d+)\n$/.exec(bytes.toString('latin1', 0, 16)) ?? [];
    if (count === undefined) socket.write(bytes);
    else stream(socket, Number(count));
  });
});
server.listen({ host, port: 0, backlog: 4_096 }, () => {
  tell({ event: 'listening', address: `${host}:${(server.address() as AddressInfo).port}` });
});
// It is told nothing; it only ends with its input.
onCommand(() => {});
