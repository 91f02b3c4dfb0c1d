import { once } from 'node:events';
import { get } from 'node:http';
import { type Duplex, PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { CloudError, silentLogger } from '#domain';
import { ConsoleProxy } from './console-proxy.js';

/** A console that greets, and says back what it is told. */
const echo = (): Duplex => {
  const console = new PassThrough();
  console.write('RFB 003.008\n');
  return console;
};

describe('console proxy', () => {
  let proxy: ConsoleProxy;
  let opened: Duplex[];

  beforeEach(async () => {
    opened = [];
    proxy = await ConsoleProxy.start({
      host: '127.0.0.1',
      port: 0,
      log: silentLogger,
      open: async token => {
        if (token === 'off') throw new CloudError('conflict', 'the server is off');
        if (token !== 'good') throw new CloudError('notFound', 'no such token');
        const console = echo();
        opened.push(console);
        return console;
      },
    });
  });
  afterEach(() => proxy.close());

  const http = (path: string) => fetch(`http://127.0.0.1:${proxy.port}${path}`, { redirect: 'manual' });
  const webSocket = (path: string, options = {}) => new WebSocket(`ws://127.0.0.1:${proxy.port}${path}`, ['binary'], options);
  const firstWords = (socket: WebSocket) =>
    new Promise<string>((resolve, reject) => {
      socket.once('message', data => resolve(String(data)));
      socket.once('error', reject);
    });
  const ended = (stream: { once(event: 'close', done: () => void): unknown }) => new Promise<void>(done => stream.once('close', done));

  it('carries what the console says to the client, and back', async () => {
    const socket = webSocket('/?token=good');
    expect(await firstWords(socket)).toBe('RFB 003.008\n');
    expect(socket.protocol).toBe('binary');
    socket.send('typed');
    expect(await firstWords(socket)).toBe('typed');
    socket.close();
    await ended(opened[0]!);
  });

  it('ends the client when the console ends', async () => {
    const socket = webSocket('/?token=good');
    await firstWords(socket);
    opened[0]!.destroy();
    await ended(socket);
    expect(socket.readyState).toBe(WebSocket.CLOSED);
  });

  it.each([
    ['/?token=bad', 403],
    ['/', 403],
    ['/?token=off', 409],
  ])('refuses %s before it becomes a web socket, and says nothing more', async (path, status) => {
    await expect(firstWords(webSocket(path))).rejects.toThrow(`Unexpected server response: ${status}`);
  });

  it('a page of another site cannot use a token', async () => {
    await expect(firstWords(webSocket('/?token=good', { origin: 'http://evil.example.org' }))).rejects.toThrow('403');
    expect(await firstWords(webSocket('/?token=good', { origin: `http://127.0.0.1:${proxy.port}` }))).toBe('RFB 003.008\n');
  });

  it('a client that does not speak the protocol leaves no console open', async () => {
    const headers = { Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '7' };
    const answered = once(get(`http://127.0.0.1:${proxy.port}/?token=good`, { headers }), 'response');
    expect((await answered)[0]).toMatchObject({ statusCode: 400 });
    expect(opened[0]?.destroyed).toBe(true);
  });

  it('has a page for screens and one for serial lines, with all that they import', async () => {
    for (const [path, title] of [
      ['/vnc_lite.html?path=%3Ftoken%3Dx', 'noVNC'],
      ['/serial.html?token=x', 'Serial console'],
    ] as const) {
      const page = await http(path);
      expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
      expect(await page.text()).toContain(`<title>${title}</title>`);
    }
    const seen = new Set<string>();
    const visit = async (path: string): Promise<void> => {
      if (seen.has(path)) return;
      seen.add(path);
      const script = await http(path);
      expect([path, script.status, script.headers.get('content-type')]).toEqual([path, 200, 'text/javascript']);
      const imports = [...(await script.text()).matchAll(/^\s*(?:import|export)\b[^;'"]*['"](\.{1,2}\/[^'"]+)['"]/gm)];
      for (const [, name] of imports) await visit(new URL(name!, `http://p${path}`).pathname);
    };
    await visit('/screen.js');
    await visit('/serial.js');
    expect(seen.size).toBeGreaterThan(20);
    expect((await http('/xterm/css/xterm.css')).status).toBe(200);
  });

  it('leads who opens the address of a serial console in a browser to its page', async () => {
    const answer = await http('/?token=x');
    expect([answer.status, answer.headers.get('location')]).toEqual([302, 'serial.html?token=x']);
  });

  it.each([
    '/',
    '/novnc/package.json',
    '/novnc/core/../package.json',
    '/novnc/core/%2e%2e/%2e%2e/x.js',
    '/constructor',
    '//',
    '/xterm/lib/xterm.js',
  ])('has no file %s', async path => {
    expect((await http(path)).status).toBe(404);
  });
});
