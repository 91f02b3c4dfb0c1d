import { randomBytes, randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import type { ConsoleDoor } from '#contracts';
import { CloudError } from '#domain';
import { KEEP_ALIVE_MS, PSK_TLS } from './psk.js';

export interface HostDoorOptions {
  readonly host: string;
  readonly port: number;
  /** As hosts reach it, when that is another address than it listens at. */
  readonly advertised?: { readonly host: string; readonly port: number } | undefined;
}

/** One host that is awaited. */
export interface AwaitedHost {
  /** What it must be told. */
  readonly door: ConsoleDoor;
  /** Its connection. Rejects with CloudError `unavailable` when it does not come in time, or is forgotten. */
  readonly arrival: Promise<Duplex>;
  /** Nobody gets in with this ticket any more; what has arrived stays. */
  forget(): void;
}

interface Ticket {
  readonly psk: Buffer;
  readonly admit: (connection: Duplex) => void;
}

const HANDSHAKE_MS = 5000;
/** Of those who have shown no ticket yet, and those inside. */
const MOST_CONNECTIONS = 4096;

/** Where hosts bring consoles to. Whoever has no ticket that is open, with its key, does not get through the handshake. */
export class HostDoor {
  private readonly inside = new Set<TLSSocket>();

  private constructor(
    private readonly server: Server,
    private readonly address: { readonly host: string; readonly port: number },
    private readonly tickets: Map<string, Ticket>,
    shown: WeakMap<TLSSocket, string>,
  ) {
    server.on('secureConnection', socket => this.letIn(socket, shown.get(socket)));
  }

  static async open({ host, port, advertised }: HostDoorOptions): Promise<HostDoor> {
    const tickets = new Map<string, Ticket>();
    const shown = new WeakMap<TLSSocket, string>();
    const server = createServer({
      ...PSK_TLS,
      handshakeTimeout: HANDSHAKE_MS,
      pskCallback: (socket, ticket) => {
        shown.set(socket, ticket);
        return tickets.get(ticket)?.psk ?? null;
      },
    });
    server.maxConnections = MOST_CONNECTIONS;
    // Anybody may knock; it is no news.
    server.on('tlsClientError', (_error, socket) => socket.destroy());
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      // By this process itself, not by a cluster's first one for all: a host must come to who awaits it.
      server.listen({ host, port, exclusive: true }, resolve);
    });
    const listening = { host, port: (server.address() as AddressInfo).port };
    return new HostDoor(server, advertised ?? listening, tickets, shown);
  }

  expect({ limitMs }: { readonly limitMs: number }): AwaitedHost {
    const ticket = randomUUID();
    const psk = randomBytes(32);
    let forget = (): void => undefined;
    const arrival = new Promise<Duplex>((resolve, reject) => {
      const end = (): void => {
        clearTimeout(timer);
        this.tickets.delete(ticket);
      };
      forget = () => {
        end();
        reject(new CloudError('unavailable', 'the host did not bring its console'));
      };
      const timer = setTimeout(forget, limitMs);
      const admit = (connection: Duplex): void => {
        end();
        resolve(connection);
      };
      this.tickets.set(ticket, { psk, admit });
    });
    // Who forgets a host need not wait for it.
    arrival.catch(() => undefined);
    return { door: { ...this.address, ticket, key: psk.toString('hex') }, arrival, forget };
  }

  async close(): Promise<void> {
    for (const socket of this.inside) socket.destroy();
    await new Promise<void>(resolve => this.server.close(() => resolve()));
  }

  /** A ticket admits one: the handshakes of two with the same may end together. */
  private letIn(socket: TLSSocket, shown: string | undefined): void {
    socket.on('error', () => socket.destroy());
    const ticket = shown === undefined ? undefined : this.tickets.get(shown);
    if (!ticket) return void socket.destroy();
    this.inside.add(socket);
    socket.once('close', () => this.inside.delete(socket));
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    socket.setNoDelay(true);
    ticket.admit(socket);
  }
}
