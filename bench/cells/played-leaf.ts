import type { Pool } from '#contracts';
import type { ResourceShape } from '#domain';
import { capacityOf, type HostCandidate, takeFrom } from '#scheduling';

/** A leaf cell with hosts that only count: what a leaf says of its capacity, by the code that says it in a real one. */
export class PlayedLeaf {
  private readonly hosts: HostCandidate[];
  private readonly down = new Set<string>();
  private known: { pools: Pool[]; shapes: readonly ResourceShape[] } | undefined;
  private next = 0;

  constructor(
    readonly path: string,
    count: number,
  ) {
    const total = { vcpus: 256, memoryMb: 262_144, diskGb: 4_000 };
    const name = path.slice(path.lastIndexOf('!') + 1);
    this.hosts = Array.from({ length: count }, (_, index) => ({
      ...{ host: `${name}-h${index + 1}`, zone: 'nova', enabled: true, disabledReason: null, up: true },
      ...{
        total,
        free: { ...total },
        runningGuests: 0,
        hypervisorType: 'fake',
        aggregates: [],
        traits: ['HW_ARCH_X86_64'],
        architecture: 'x86_64',
      },
    }));
  }

  get hostNames(): string[] {
    return this.hosts.map(host => host.host);
  }

  get hostsUp(): number {
    return this.hosts.length - this.down.size;
  }

  get hostsDown(): number {
    return this.down.size;
  }

  lose(host: string): void {
    this.down.add(host);
    this.known = undefined;
  }

  pools(shapes: readonly ResourceShape[]): Pool[] {
    if (this.known?.shapes !== shapes)
      this.known = {
        shapes,
        pools: capacityOf(
          this.hosts.map(host => this.seen(host)),
          shapes,
        ),
      };
    return this.known.pools;
  }

  /** Takes room on one host after the other. Undefined when it is full. */
  take(shape: ResourceShape): string | undefined {
    for (let tried = 0; tried < this.hosts.length; tried += 1) {
      const host = this.hosts[this.next++ % this.hosts.length]!;
      if (
        this.down.has(host.host) ||
        host.free.vcpus < shape.vcpus ||
        host.free.memoryMb < shape.memoryMb ||
        host.free.diskGb < shape.diskGb
      )
        continue;
      takeFrom(host, shape);
      this.known = undefined;
      return host.host;
    }
    return undefined;
  }

  private seen(host: HostCandidate): HostCandidate {
    return this.down.has(host.host) ? { ...host, up: false } : host;
  }
}
