import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { createWebSocketStream, type WebSocket, WebSocketServer } from 'ws';
import { CloudError, type Logger, messageOf } from '#domain';
import { joinStreams } from './join-streams.js';
import { pageFile } from './page-files.js';

export interface ConsoleProxyOptions {
  readonly host: string;
  readonly port: number;
  /**
   * The console that a token is for.
   * @throws CloudError `notFound` for a token that opens nothing (any more), or why its console cannot be connected
   */
  open(token: string): Promise<Duplex>;
  readonly log: Logger;
}

const PING_MS = 30_000;
/** Larger than what any client types or pastes at once. */
const LONGEST_MESSAGE_BYTES = 1024 * 1024;
const MOST_CONNECTIONS = 4096;

/**
 * Where users' browsers and web socket clients come with a token. It has the pages that show a console, and carries bytes between a web
 * socket and the console that its token opens.
 */
export class ConsoleProxy {
  private constructor(
    private readonly http: Server,
    private readonly sockets: WebSocketServer,
    private readonly pinging: NodeJS.Timeout,
  ) {}

  static async start({ host, port, open, log }: ConsoleProxyOptions): Promise<ConsoleProxy> {
    const http = createServer((request, response) => void answer(request, response));
    http.maxConnections = MOST_CONNECTIONS;
    const sockets = new WebSocketServer({
      noServer: true,
      maxPayload: LONGEST_MESSAGE_BYTES,
      perMessageDeflate: false,
      handleProtocols: protocols => (protocols.has('binary') ? 'binary' : false),
    });
    http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      socket.on('error', () => socket.destroy());
      void admit({ request, socket, head, sockets, open, log });
    });
    await new Promise<void>((resolve, reject) => {
      http.once('error', reject);
      http.listen({ host, port, exclusive: true }, resolve);
    });
    return new ConsoleProxy(http, sockets, pingAll(sockets));
  }

  get port(): number {
    return (this.http.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    clearInterval(this.pinging);
    for (const socket of this.sockets.clients) socket.terminate();
    this.http.closeAllConnections();
    await new Promise<void>(resolve => this.http.close(() => resolve()));
  }
}

interface Arrival extends Pick<ConsoleProxyOptions, 'open' | 'log'> {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
  readonly sockets: WebSocketServer;
}

/** The web socket begins when the console is there, so a client that is let in is connected with it. */
const admit = async ({ request, socket, head, sockets, open, log }: Arrival): Promise<void> => {
  try {
    const console = await open(tokenOf(request));
    let joined = false;
    // It calls back at once, or not at all: for a client that has gone, or does not speak the protocol.
    sockets.handleUpgrade(request, socket, head, webSocket => {
      joined = true;
      sockets.emit('connection', webSocket);
      joinStreams(createWebSocketStream(webSocket), console);
    });
    if (!joined) console.destroy();
  } catch (error) {
    log.info('a console was refused', { reason: messageOf(error) });
    refuse(socket, error);
  }
};

const refuse = (socket: Duplex, error: unknown): void => {
  const kind = error instanceof CloudError ? error.kind : 'internal';
  const status = kind === 'notFound' || kind === 'forbidden' ? '403 Forbidden' : kind === 'conflict' ? '409 Conflict' : '502 Bad Gateway';
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
};

/** @throws CloudError `notFound`, `forbidden` for a page of another site, which must not use what a user's browser happens to know */
const tokenOf = ({ url, headers: { origin, host } }: IncomingMessage): string => {
  if (origin !== undefined && hostOf(origin) !== host) throw new CloudError('forbidden', `the page ${origin} is not of this proxy`);
  const token = new URLSearchParams(url?.split('?')[1]).get('token');
  if (!token) throw new CloudError('notFound', 'there is no token in the address');
  return token;
};

const hostOf = (origin: string): string | undefined => (URL.canParse(origin) ? new URL(origin).host : undefined);

/** Clients that do not answer are gone. Without pings, what stands between may close a console at which nothing happens. */
const pingAll = (sockets: WebSocketServer): NodeJS.Timeout => {
  const awaited = new WeakSet<WebSocket>();
  sockets.on('connection', (socket: WebSocket) => socket.on('pong', () => awaited.delete(socket)));
  return setInterval(() => {
    for (const socket of sockets.clients) {
      if (awaited.has(socket)) socket.terminate();
      awaited.add(socket);
      socket.ping();
    }
  }, PING_MS).unref();
};

const HEADERS = {
  'Content-Security-Policy': "default-src 'self'; connect-src 'self' ws: wss:; style-src 'self' 'unsafe-inline'; img-src 'self' data:",
  // The token is in the address of the page.
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
};

const answer = async ({ method, url }: IncomingMessage, response: ServerResponse): Promise<void> => {
  const [path = '/', query = ''] = (url ?? '/').split('?');
  // The address of a serial console, opened in a browser as http instead of ws.
  if (path === '/' && query.startsWith('token='))
    return void response.writeHead(302, { ...HEADERS, Location: `serial.html?${query}` }).end();
  const file = method === 'GET' || method === 'HEAD' ? await pageFile(path) : undefined;
  if (!file) return void response.writeHead(404, HEADERS).end();
  response.writeHead(200, { ...HEADERS, 'Content-Type': file.type }).end(method === 'HEAD' ? undefined : file.body);
};
