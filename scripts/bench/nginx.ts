/** nginx as a yardstick: the files of a folder over HTTP, a connection each. */
import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Workbench } from './workbench.ts';

/** A port that somebody took between our look and nginx's is tried again with another. */
const TRIES = 5;

/** How long nginx may take to listen. */
const PATIENCE_MS = 5_000;

/**
 * Serves `folder` by nginx with one worker and `sendfile` on 127.0.0.1. Resolves to its port. Rejects when nginx is
 * not installed or does not start.
 */
export async function startNginx(bench: Workbench, folder: string): Promise<number> {
  if (spawnSync('nginx', ['-v']).error) {
    throw new Error('nginx is not installed (Debian: apt-get install nginx-light)');
  }
  for (let i = 0; i < TRIES; i++) {
    const port = await freePort();
    const prefix = await bench.folder();
    await writeFile(join(prefix, 'nginx.conf'), configuration(port, folder));
    // The shell ends nginx when our end of its input closes, so that it does not outlive a bench that was killed.
    const script = `nginx -p "$0" -e "$0/error.log" -c "$0/nginx.conf" & cat > /dev/null; kill $!; wait`;
    const child = bench.start(['-c', script, prefix], '/bin/sh');
    if (await listens(port)) return port;
    await child.stop();
  }
  throw new Error('nginx did not start');
}

function configuration(port: number, folder: string): string {
  const user = process.getuid?.() === 0 ? 'user root;' : '';
  return `${user} daemon off; worker_processes 1; pid nginx.pid;
    events { worker_connections 16384; }
    http {
      access_log off; sendfile on; tcp_nodelay on; keepalive_timeout 0; default_type application/octet-stream;
      client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
      server { listen 127.0.0.1:${port} backlog=4096; root ${folder}; }
    }`;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function listens(port: number): Promise<boolean> {
  const untilMs = performance.now() + PATIENCE_MS;
  while (performance.now() < untilMs) {
    if (await answers(port)) return true;
    await sleep(20);
  }
  return false;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}
