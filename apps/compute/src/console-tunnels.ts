import type { Duplex } from 'node:stream';
import type { Consoles } from '#compute-agent';
import { dialDoor, joinStreams } from '#consoles';
import type { ConsoleDoor } from '#contracts';
import { CloudError } from '#domain';

const DIAL_MS = 10_000;
/** Of one host: a limit on what users can make it hold open, far above what they look at. */
const MOST_TUNNELS = 1000;

/** Consoles of a host's guests that are connected with a proxy. The host dials: nothing of it listens. */
export class ConsoleTunnels implements Consoles {
  private readonly consoles = new Set<Duplex>();

  /**
   * Joins the console with the door, and takes it over.
   * @throws CloudError `unavailable` when the door cannot be reached or is shut, or the host has too many open
   */
  async open(console: Duplex, door: ConsoleDoor): Promise<void> {
    this.consoles.add(console);
    console.once('close', () => this.consoles.delete(console));
    // It may break before it is joined.
    console.on('error', () => console.destroy());
    try {
      if (this.consoles.size > MOST_TUNNELS) throw new CloudError('unavailable', `more than ${MOST_TUNNELS} consoles are open`);
      joinStreams(console, await dialDoor(door, { limitMs: DIAL_MS }));
    } catch (error) {
      console.destroy();
      throw error;
    }
  }

  close(): void {
    for (const console of this.consoles) console.destroy();
  }
}
