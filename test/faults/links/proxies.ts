import { createServer, connect as dial, type Server, type Socket } from 'node:net';
import type { Address, Machines } from '../../../tools/stack/machines.js';
import { PortPicker } from '../../../tools/stack/ports.js';
import type { Topology } from '../../../tools/stack/topology.js';
import { randomPortBase } from '../../setup/test-services.js';
import { type CuttableLink, type Links, linksOf } from './links.js';

/** Where no namespace can be made: a proxy of 127.0.0.1 in front of each broker that somebody dials from afar. */
export class Proxies implements Links {
  readonly machines: Machines;
  /** No proxy stands there. */
  readonly cutServer = undefined;

  private constructor(private readonly proxies: ReadonlyMap<string, LinkProxy>) {
    this.machines = {
      addressOf: () => '127.0.0.1',
      overLink: (link, broker) => {
        const proxy = [...proxies.values()].find(one => one.link.cell === link.cell && one.link.child === link.child);
        return proxy ? proxy.leadTo(broker) : broker;
      },
      apart: false,
      launched: (_service, spec) => spec,
    };
  }

  static async open(topology: Topology): Promise<Proxies> {
    const picker = new PortPicker(randomPortBase());
    const proxies = new Map<string, LinkProxy>();
    for (const link of linksOf(topology)) proxies.set(link.name, await LinkProxy.open(link, await picker.pick()));
    return new Proxies(proxies);
  }

  async cut(link: CuttableLink): Promise<void> {
    this.proxies.get(link.name)?.cut();
  }

  async heal(link: CuttableLink): Promise<void> {
    this.proxies.get(link.name)?.heal();
  }

  async close(): Promise<void> {
    for (const proxy of this.proxies.values()) proxy.close();
  }
}

/** Passes bytes on, both ways. While it is cut it takes them, and connections, and lets them wait: neither side is told. */
class LinkProxy {
  private readonly sockets = new Set<Socket>();
  private target: Address | undefined;
  private isCut = false;

  private constructor(
    readonly link: CuttableLink,
    private readonly port: number,
    private readonly server: Server,
  ) {}

  static async open(link: CuttableLink, port: number): Promise<LinkProxy> {
    const server = createServer();
    const proxy = new LinkProxy(link, port, server);
    server.on('connection', client => proxy.join(client));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host: '127.0.0.1', port }, resolve);
    });
    return proxy;
  }

  leadTo(target: Address): Address {
    this.target = target;
    return { host: '127.0.0.1', port: this.port };
  }

  cut(): void {
    this.isCut = true;
    for (const socket of this.sockets) socket.pause();
  }

  heal(): void {
    this.isCut = false;
    for (const socket of this.sockets) socket.resume();
  }

  close(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }

  private join(client: Socket): void {
    if (!this.target) return void client.destroy();
    const broker = dial(this.target);
    this.carry(client, broker);
    this.carry(broker, client);
  }

  private carry(from: Socket, to: Socket): void {
    this.sockets.add(from);
    from.setNoDelay(true);
    from.on('data', chunk => to.write(chunk));
    from.on('error', () => to.destroy());
    from.on('close', () => {
      this.sockets.delete(from);
      to.destroy();
    });
    if (this.isCut) from.pause();
  }
}
