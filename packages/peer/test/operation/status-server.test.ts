import { once } from 'node:events';
import { rename } from 'node:fs/promises';
import * as http from 'node:http';
import { connect } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Readiness } from '../../src/operation/readiness.ts';
import { StatusServer, type StatusServerOptions } from '../../src/operation/status-server.ts';
import { temporaryFolder } from '../temporary-folder.ts';

async function started(options: Partial<StatusServerOptions> = {}): Promise<StatusServer> {
  const server = await StatusServer.start({
    host: '127.0.0.1',
    port: 0,
    names: ['nas.local'],
    metrics: async () => ({ text: 'p2p_x 1\n', type: 'text/plain; version=0.0.4' }),
    unready: async () => null,
    ...options,
  });
  onTestFinished(() => server.close());
  return server;
}

interface Got {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
}

async function got(
  { url }: StatusServer,
  path: string,
  { method = 'GET', host }: { method?: string; host?: string } = {},
): Promise<Got> {
  const headers = host === undefined ? {} : { host };
  const request = http.request(`${url}${path}`, { method, headers, agent: false }).end();
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  let text = '';
  for await (const piece of response.setEncoding('utf8')) text += String(piece);
  return { status: response.statusCode!, headers: response.headers, text };
}

describe('the port for whoever watches', () => {
  test('has metrics, with their type', async () => {
    const { status, headers, text } = await got(await started(), '/metrics');
    expect({ status, text }).toEqual({ status: 200, text: 'p2p_x 1\n' });
    expect(headers).toMatchObject({
      'content-type': 'text/plain; version=0.0.4',
      'cache-control': 'no-store',
    });
  });

  test('says that the process is alive, and whether it is ready', async () => {
    let why: string | null = null;
    const server = await started({ unready: async () => why });
    expect(await got(server, '/healthz')).toMatchObject({ status: 200, text: 'alive\n' });
    expect(await got(server, '/readyz')).toMatchObject({ status: 200, text: 'ready\n' });
    why = 'it is ending';
    expect(await got(server, '/readyz')).toMatchObject({
      status: 503,
      text: 'not ready: it is ending\n',
    });
    expect(await got(server, '/healthz')).toMatchObject({ status: 200 });
  });

  test.each(['localhost', '127.0.0.1:1', '[::1]', 'nas.local:9464'])(
    'answers a request for %s',
    async (host) => {
      expect(await got(await started(), '/metrics', { host })).toMatchObject({ status: 200 });
    },
  );

  test.each(['/metrics', '/readyz', '/healthz', '/'])(
    'answers no request for another host at %s',
    async (path) => {
      const { status, text } = await got(await started(), path, { host: 'evil.example' });
      expect(status).toBe(421);
      expect(text).not.toContain('p2p_x');
    },
  );

  test('answers HEAD without a body, and nothing but GET and HEAD', async () => {
    const server = await started();
    const head = await got(server, '/metrics', { method: 'HEAD' });
    expect(head).toMatchObject({ status: 200, text: '' });
    expect(head.headers['content-length']).toBe('8');
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      const { status, headers } = await got(server, '/metrics', { method });
      expect([status, headers['allow']]).toEqual([405, 'GET, HEAD']);
    }
  });

  test('knows no other paths', async () => {
    expect((await got(await started(), '/etc/passwd')).status).toBe(404);
  });

  test('answers 500 when the metrics cannot be gathered, and goes on', async () => {
    const server = await started({ metrics: () => Promise.reject(new Error('secret')) });
    const { status, text } = await got(server, '/metrics');
    expect(status).toBe(500);
    expect(text).not.toContain('secret');
    expect((await got(server, '/healthz')).status).toBe(200);
  });

  test('gathers once for all who ask at the same time', async () => {
    let count = 0;
    const gate = Promise.withResolvers<void>();
    const server = await started({
      metrics: async () => {
        count++;
        await gate.promise;
        return { text: '', type: 'text/plain' };
      },
    });
    const all = Promise.all([got(server, '/metrics'), got(server, '/metrics')]);
    // Behind both of them, on the same server.
    await got(server, '/healthz');
    gate.resolve();
    await all;
    expect(count).toBe(1);
  });

  test('closes with connections open that say nothing', async () => {
    const server = await started();
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname).on('error', () => {});
    await once(socket, 'connect');
    const closed = once(socket, 'close');
    await server.close();
    await closed;
  });

  test('is told to be taken when something listens there', async () => {
    const { url } = await started();
    const taken = started({ port: Number(new URL(url).port) });
    await expect(taken).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});

describe('readiness', () => {
  test('needs a folder that can be read, and ends with the peer', async () => {
    const folder = await temporaryFolder();
    const readiness = new Readiness(folder);
    expect(await readiness.problem()).toBeNull();
    await rename(folder, `${folder}-away`);
    expect(await readiness.problem()).toBe('the images folder cannot be read');
    await rename(`${folder}-away`, folder);
    expect(await readiness.problem()).toBeNull();
    readiness.end();
    expect(await readiness.problem()).toBe('it is ending');
  });
});
