/** A plain peer that is not ours, as somebody would put it into an image: `another-peer.mjs PORT HOST`. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';

const [port, host] = process.argv.slice(2);
const peers = process.env.P2P_PEERS.split(',');

const server = createServer((socket) => {
  socket.on('error', () => {});
  socket.once('data', (bytes) => socket.end(answerTo(String(bytes))));
});
server.listen(Number(port), host);

function answerTo(request) {
  if (request === 'HELLO') return `PEERS: ${peers.join(' ')}`;
  if (!request.startsWith('REQ: ')) return '';
  const path = `images/${basename(request.slice('REQ: '.length))}`;
  if (!existsSync(path)) return 'ERR: not_found';
  return Buffer.concat([Buffer.from('RES: '), readFileSync(path)]);
}

for await (const name of createInterface({ input: process.stdin })) {
  console.log(await find(name));
}

async function find(name) {
  for (const peer of peers) {
    const answer = await ask(peer, `REQ: ${name}`);
    if (answer.subarray(0, 5).toString() !== 'RES: ') continue;
    writeFileSync(`images/received_${name}`, answer.subarray(5));
    return `SUCCESS: Image '${name}' received.`;
  }
  return `ERROR: Image '${name}' not found on any peer.`;
}

function ask(peer, request) {
  const [peerHost, peerPort] = peer.split(':');
  const pieces = [];
  return new Promise((resolve) => {
    const socket = connect({ host: peerHost, port: Number(peerPort) });
    socket.on('connect', () => socket.write(request));
    socket.on('data', (bytes) => pieces.push(bytes));
    socket.on('error', () => {});
    socket.on('close', () => resolve(Buffer.concat(pieces)));
  });
}
