import { Duplex } from 'node:stream';
import type { ConsoleKind } from '#contracts';
import { playScreen } from './fake-screen.js';

/** How a played console answers: each call takes what was typed or sent, and may say something. */
export type Played = (heard: Buffer) => void;

/** The other end of a played console. */
export interface Listener {
  say(data: Buffer): void;
  hangUp(): void;
}

/**
 * The consoles of played guests, which end with their guests. The screen is drawn by fake-screen.ts; the serial line says who it is
 * and echoes what is typed.
 */
export class FakeConsoles {
  private readonly connected = new Map<string, Set<Duplex>>();

  connect(instanceUuid: string, kind: ConsoleKind, name: string): Duplex {
    const stream = played(listener => (kind === 'vnc' ? playScreen(listener, name) : playSerialLine(listener, name)));
    const others = this.connected.get(instanceUuid) ?? new Set();
    this.connected.set(instanceUuid, others.add(stream));
    stream.once('close', () => {
      others.delete(stream);
      if (others.size === 0 && this.connected.get(instanceUuid) === others) this.connected.delete(instanceUuid);
    });
    return stream;
  }

  /** Of one guest, or, without one, of all. */
  close(instanceUuid?: string): void {
    const ends = instanceUuid === undefined ? [...this.connected.values()] : [this.connected.get(instanceUuid) ?? []];
    for (const streams of ends) for (const stream of streams) stream.destroy();
  }
}

const played = (play: (listener: Listener) => Played): Duplex => {
  const stream = new Duplex({
    read: () => undefined,
    write: (chunk: Buffer, _encoding, done) => {
      hear(chunk);
      done();
    },
    // Whoever hangs up is gone: nobody is left to talk to.
    final: done => {
      done();
      stream.destroy();
    },
  });
  const hear = play({ say: data => stream.push(data), hangUp: () => stream.destroy() });
  return stream;
};

const playSerialLine = ({ say }: Listener, name: string): Played => {
  say(Buffer.from(`${name}: played console\r\n> `));
  return heard => say(Buffer.from(heard.toString('latin1').replaceAll('\r', '\r\n> '), 'latin1'));
};
