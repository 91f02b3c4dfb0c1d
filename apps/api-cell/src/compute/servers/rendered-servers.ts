import type { HostState } from '../hosts/host-states.js';

interface Rendered {
  readonly touched: string;
  readonly hostState: HostState | undefined;
  readonly bytes: Uint8Array;
}

/** By variant, then by uuid. */
type Generation = Map<string, Map<string, Rendered>>;

/**
 * Servers as the bytes of their JSON, so that a list costs the key columns of its rows and a copy. Bytes and not strings: a string put
 * together from parts is a tree inside V8, which every list would walk a thousand times, and then encode.
 *
 * An entry is good while its row has not been touched (the database sets `touched` at every change, whoever makes it) and its host's
 * state is the same object. Entries differ by version, audience and link origin: the variant. Memory is bounded: there are two
 * generations, an entry that is used moves to the young one, and when the young one is half of the bound the old one is dropped.
 */
export class RenderedServers {
  private young: Generation = new Map();
  private old: Generation = new Map();
  private youngBytes = 0;

  constructor(private readonly maxBytes: number) {}

  get(variant: string, uuid: string, touched: string, hostState: HostState | undefined): Uint8Array | undefined {
    const entry = this.young.get(variant)?.get(uuid) ?? this.promoted(variant, uuid);
    return entry && entry.touched === touched && entry.hostState === hostState ? entry.bytes : undefined;
  }

  put(variant: string, uuid: string, entry: Rendered): void {
    const servers = this.young.get(variant) ?? new Map<string, Rendered>();
    this.young.set(variant, servers);
    this.youngBytes += entry.bytes.length - (servers.get(uuid)?.bytes.length ?? 0);
    servers.set(uuid, entry);
    if (this.youngBytes <= this.maxBytes / 2) return;
    this.old = this.young;
    this.young = new Map();
    this.youngBytes = 0;
  }

  private promoted(variant: string, uuid: string): Rendered | undefined {
    const entry = this.old.get(variant)?.get(uuid);
    if (!entry) return undefined;
    this.old.get(variant)?.delete(uuid);
    this.put(variant, uuid, entry);
    return entry;
  }
}
