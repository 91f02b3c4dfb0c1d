import type { HostState } from '../hosts/host-states.js';

interface Entry {
  readonly touched: string;
  readonly hostState: HostState | undefined;
  readonly text: string;
}

/**
 * Servers as JSON text, so that a list costs the key columns of its rows and a join of strings.
 *
 * A text is good while its row has not been touched (the database sets `touched` at every change, whoever makes it) and its host's state
 * is the same object. Texts differ by version, audience and link origin: the variant. Memory is bounded by characters: there are two
 * generations, a text that is used moves to the young one, and when the young one is half of the bound the old one is dropped.
 */
export class RenderedServers {
  private young = new Map<string, Entry>();
  private old = new Map<string, Entry>();
  private youngChars = 0;

  constructor(private readonly maxChars: number) {}

  get(variant: string, uuid: string, touched: string, hostState: HostState | undefined): string | undefined {
    const key = variant + uuid;
    const entry = this.young.get(key) ?? this.promoted(key);
    return entry && entry.touched === touched && entry.hostState === hostState ? entry.text : undefined;
  }

  put(variant: string, uuid: string, entry: Entry): void {
    const key = variant + uuid;
    this.youngChars += entry.text.length - (this.young.get(key)?.text.length ?? 0);
    this.young.set(key, entry);
    if (this.youngChars <= this.maxChars / 2) return;
    this.old = this.young;
    this.young = new Map();
    this.youngChars = 0;
  }

  private promoted(key: string): Entry | undefined {
    const entry = this.old.get(key);
    if (!entry) return undefined;
    this.old.delete(key);
    this.young.set(key, entry);
    this.youngChars += entry.text.length;
    return entry;
  }
}
