import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { type Clock, CloudError, type Logger, messageOf } from '#domain';
import type { GuestFile } from '#hypervisor';
import { type FileLink, linkOf, linkPath } from './file-link.js';

/** What a stream of a file ends with. */
export const CHECKSUM = 'x-content-sha256';
/** As long as a move may take, with all its attempts. */
const LINK_SECONDS = 6 * 3600;

export interface FileDoorOptions {
  readonly host: string;
  readonly port: number;
  /** How other hosts reach it. */
  readonly url: string;
}

export interface FileDoorDeps {
  readonly key: Buffer;
  readonly clock: Clock;
  readonly log: Logger;
  /** A file that a host of this process has put aside. @throws CloudError `notFound` */
  read(link: FileLink): Promise<AsyncIterable<Uint8Array>>;
}

/** The door through which other hosts of the cell fetch the files of guests that move to them: those that they hold a link to, nothing else. */
export class FileDoor {
  private server: Server | undefined;

  constructor(
    private readonly options: FileDoorOptions,
    private readonly deps: FileDoorDeps,
  ) {}

  /** @throws CloudError `unavailable` when the port is taken. */
  async open(): Promise<void> {
    const { host, port } = this.options;
    const server = createServer((request, reply) => void this.answer(request, reply));
    await new Promise<void>((resolve, reject) => {
      server.once('error', cause => reject(new CloudError('unavailable', `transfer: cannot listen on ${host}:${port}`, { cause })));
      server.listen({ host, port }, resolve);
    });
    this.server = server;
  }

  async close(): Promise<void> {
    const { server } = this;
    if (!server) return;
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
  }

  /** Where another host fetches a file. */
  urlOf(host: string, instanceUuid: string, { name }: GuestFile): string {
    const expiresAtSeconds = Math.ceil(this.deps.clock.now() / 1000) + LINK_SECONDS;
    return this.options.url.replace(/\/$/, '') + linkPath({ host, instanceUuid, name, expiresAtSeconds }, this.deps.key);
  }

  private async answer(request: IncomingMessage, reply: ServerResponse): Promise<void> {
    const { key, clock, log, read } = this.deps;
    const link = request.method === 'GET' ? linkOf(request.url ?? '', key, clock.now()) : undefined;
    if (!link) {
      reply.writeHead(403).end();
      return;
    }
    try {
      const data = await read(link);
      reply.writeHead(200, { 'content-type': 'application/octet-stream', trailer: CHECKSUM });
      const hash = createHash('sha256');
      await pipeline(async function* () {
        for await (const chunk of data) {
          hash.update(chunk);
          yield chunk;
        }
        reply.addTrailers({ [CHECKSUM]: hash.digest('hex') });
      }, reply);
    } catch (error) {
      log.warn('a file was not sent', { ...link, reason: messageOf(error) });
      if (reply.headersSent) reply.destroy();
      else reply.writeHead(error instanceof CloudError && error.kind === 'notFound' ? 404 : 500).end();
    }
  }
}
