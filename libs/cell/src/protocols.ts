import { commonProtocol, OUR_PROTOCOL, type ProtocolRange, protocolMismatch } from '#contracts';

/**
 * Which versions the neighbours understand, as each says with every message. Neighbours of one release and the next work together:
 * what is sent is of the newest version that both understand, and of the oldest that this cell speaks while the other was not heard.
 */
export class Protocols {
  private readonly heard = new Map<string, ProtocolRange>();

  constructor(readonly ours: ProtocolRange = OUR_PROTOCOL) {}

  /** @param neighbour its cell path */
  hear(neighbour: string, speaks: ProtocolRange): void {
    this.heard.set(neighbour, speaks);
  }

  /** To one that understands nothing of ours it is sent as it is: there it is parked with the reason, and replayed after an upgrade. */
  versionFor(neighbour: string): number {
    const theirs = this.heard.get(neighbour);
    if (!theirs) return this.ours.oldest;
    return commonProtocol(this.ours, theirs) ?? this.ours.newest;
  }

  /** Why this cell and the neighbour do not understand each other; undefined when they do, or may. */
  mismatch(neighbour: string): string | undefined {
    const theirs = this.heard.get(neighbour);
    return theirs && protocolMismatch(this.ours, neighbour, theirs);
  }
}
