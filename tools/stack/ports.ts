import { connect, createServer } from 'node:net';
import { CloudError } from '#domain';

const LAST_PORT = 32_000; // The kernel gives the ports above 32768 to outgoing connections.

/** Whether somebody accepts connections there. */
export const answers = (host: string, port: number): Promise<boolean> =>
  new Promise(resolve => {
    const socket = connect({ host, port });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(1000, () => end(false));
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });

/** Whether this process could listen there now. */
export const isFree = (host: string, port: number): Promise<boolean> =>
  new Promise(resolve => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(true)));
  });

/**
 * Hands out ports of 127.0.0.1 that are free now and that it has not handed out before, from a base upwards.
 * Private servers get theirs from it; the choice is remembered by the caller.
 */
export class PortPicker {
  private readonly taken: Set<number>;

  constructor(
    private next: number,
    taken: Iterable<number> = [],
  ) {
    this.taken = new Set(taken);
  }

  async pick(): Promise<number> {
    for (; this.next < LAST_PORT; this.next++) {
      if (this.taken.has(this.next)) continue;
      if (!(await isFree('127.0.0.1', this.next))) continue;
      this.taken.add(this.next);
      return this.next;
    }
    throw new CloudError('unavailable', `no free port is left below ${LAST_PORT}: choose a lower --port-base`);
  }
}

/** A port for each API, as a topology's `listen` names them. */
export const pickApiPorts = async (picker: PortPicker) => ({
  identityPort: await picker.pick(),
  imagePort: await picker.pick(),
  computePort: await picker.pick(),
  networkPort: await picker.pick(),
});
