/**
 * The servers that the peer is measured against: the same answers to the same requests, `RES: ` and the
 * file, with nothing around them.
 *
 *     node plain-server.ts KIND FOLDER [BACKLOG]
 */
import * as fs from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { onCommand, tell } from './command-line.ts';

const RES = Buffer.from('RES: ');
const REQUEST_BYTES = 'REQ: '.length;
const BUFFER_BYTES = 1_024 * 1_024;

/** The usual way, in three lines. */
function pipe(socket: Socket, path: string): void {
  socket.write(RES);
  fs.createReadStream(path).pipe(socket);
}

/** Two buffers, kept for ever: while one is written the other is read into. One caller at a time. */
const BUFFERS = [Buffer.allocUnsafeSlow(BUFFER_BYTES), Buffer.allocUnsafeSlow(BUFFER_BYTES)];

function buffers(socket: Socket, path: string): void {
  const free = [...BUFFERS];
  const fd = fs.openSync(path, 'r');
  let full: { buffer: Buffer<ArrayBuffer>; count: number } | null = null;
  let isReading = false;
  let isWriting = false;

  function readNext(): void {
    if (isReading || full !== null || free.length === 0) return;
    const buffer = free.pop()!;
    isReading = true;
    fs.read(fd, buffer, 0, BUFFER_BYTES, null, (error, count) => {
      isReading = false;
      if (error !== null || count === 0) {
        fs.closeSync(fd);
        socket.end();
        return;
      }
      full = { buffer, count };
      write();
    });
  }

  function write(): void {
    if (isWriting || full === null) return;
    const { buffer, count } = full;
    full = null;
    isWriting = true;
    socket.write(buffer.subarray(0, count), () => {
      isWriting = false;
      free.push(buffer);
      write();
      readNext();
    });
    readNext();
  }

  socket.write(RES);
  readNext();
}

/** No file at all: the ceiling of what a Node server, or the reader beside it, can do. */
const answers = new Map<string, Uint8Array>();

function memory(socket: Socket, path: string): void {
  let answer = answers.get(path);
  if (answer === undefined) {
    answer = Buffer.concat([RES, fs.readFileSync(path)]);
    answers.set(path, answer);
  }
  socket.end(answer);
}

const KINDS: Record<string, (socket: Socket, path: string) => void> = { pipe, buffers, memory };

const [kind, folder, backlog = '4096'] = process.argv.slice(2);
const answer = KINDS[kind!]!;

const server = createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => {});
  socket.once('data', (request) => {
    answer(socket, join(folder!, request.toString('latin1', REQUEST_BYTES)));
  });
});
server.listen({ host: '127.0.0.1', port: 0, backlog: Number(backlog) }, () => {
  const { port } = server.address() as AddressInfo;
  tell({ event: 'listening', address: `127.0.0.1:${port}` });
});
// It is told nothing; it only ends with its input.
onCommand(() => {});
