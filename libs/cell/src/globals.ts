import type { Aggregate, Flavor, Frame, GlobalItem } from '#contracts';
import { hasPassed, type ResourceShape, shapeOf } from '#domain';
import type { Cell } from './cell.js';
import type { ChildRow } from './rows.js';
import type { CellStore } from './store.js';
import type { GlobalsChange, Outgoing, UnitOfWork } from './unit-of-work.js';

/** One message holds no more than this of them, in characters of JSON: a cell that joins gets all in a few. */
const MESSAGE_CHARACTERS = 256_000;

/** What was sent to a child is not sent again before its report can have told that it arrived, in ms. */
const RESEND_MS = 3000;

/** What placement knows of one host from the aggregates it is in. */
export interface HostGrouping {
  /** Null when none of its aggregates names a zone: it is in the one it is configured with. */
  readonly zone: string | null;
  /** Metadata of each. */
  readonly aggregates: readonly Readonly<Record<string, string>>[];
}

const ALONE: HostGrouping = { zone: null, aggregates: [] };

/** What the top owns and every cell needs (flavors, aggregates), at one version. */
export class Globals {
  private groupings: Map<string, HostGrouping> | undefined;
  private flavorShapes: ResourceShape[] | undefined;

  private constructor(
    readonly version: number,
    /** By kind and id, in the order of their versions: tombstones too, for they have to be told. */
    private readonly items: ReadonlyMap<string, GlobalItem>,
  ) {}

  static readonly NONE = new Globals(0, new Map());

  with(version: number, changed: readonly GlobalItem[]): Globals {
    const items = new Map(this.items);
    for (const item of changed) {
      const key = `${item.kind} ${item.id}`;
      if ((items.get(key)?.version ?? -1) >= item.version) continue;
      items.delete(key);
      items.set(key, item);
    }
    return new Globals(Math.max(version, this.version), new Map([...items].sort(([, a], [, b]) => a.version - b.version)));
  }

  /** As a store gives it. */
  read(): { version: number; items: GlobalItem[] } {
    return { version: this.version, items: [...this.items.values()] };
  }

  /** What a guest of each flavor takes. */
  get shapes(): readonly ResourceShape[] {
    this.flavorShapes ??= [...this.items.values()].flatMap(item => (item.kind === 'flavor' && item.body ? [shapeOf(item.body)] : []));
    return this.flavorShapes;
  }

  get flavors(): readonly Flavor[] {
    return [...this.items.values()].flatMap(item => (item.kind === 'flavor' && item.body ? [item.body] : []));
  }

  groupingOf(host: string): HostGrouping {
    this.groupings ??= groupingsOf([...this.items.values()].flatMap(item => (item.kind === 'aggregate' && item.body ? [item.body] : [])));
    return this.groupings.get(host) ?? ALONE;
  }

  /** The next message for a cell that has come as far as `after`: as much as goes into one. Undefined when it has everything. */
  changesAfter(after: number): { after: number; version: number; items: GlobalItem[] } | undefined {
    if (after >= this.version) return undefined;
    const due = [...this.items.values()].filter(item => item.version > after);
    const items: GlobalItem[] = [];
    let characters = 0;
    for (const item of due) {
      characters += JSON.stringify(item).length;
      if (items.length > 0 && characters > MESSAGE_CHARACTERS) break;
      items.push(item);
    }
    return { after, version: items.length < due.length ? items.at(-1)!.version : this.version, items };
  }
}

const groupingsOf = (aggregates: readonly Aggregate[]): Map<string, HostGrouping> => {
  const groupings = new Map<string, HostGrouping>();
  for (const { hosts, metadata } of aggregates) {
    for (const host of hosts) {
      const { zone, aggregates: others } = groupings.get(host) ?? ALONE;
      groupings.set(host, { zone: zone ?? metadata.availability_zone ?? null, aggregates: [...others, metadata] });
    }
  }
  return groupings;
};

/** What the orders among these messages were decided on. */
export const newestGlobals = (frames: readonly Frame[]): number => {
  let newest = 0;
  for (const { envelopes } of frames) {
    for (const { method, payload } of envelopes) {
      if (method !== 'instance.build') continue;
      const version = (payload as { globalsVersion?: unknown } | null)?.globalsVersion;
      if (typeof version === 'number') newest = Math.max(newest, version);
    }
  }
  return newest;
};

/** The globals as this process knows them: read again every few seconds, for another process may have changed them. */
export class GlobalsCache {
  current = Globals.NONE;
  private readonly sent = new Map<string, { readonly after: number; readonly at: number }>();

  constructor(
    private readonly cell: Cell,
    private readonly store: CellStore,
  ) {}

  async load(): Promise<void> {
    const { version, items } = await this.store.readGlobals(this.current.version);
    if (version > this.current.version) this.current = this.current.with(version, items);
  }

  /** Somebody above has decided on newer ones than this process knows: what this cell has been told meanwhile is read first. */
  async catchUp(version: number): Promise<void> {
    if (version > this.current.version) await this.load();
  }

  /** With what this transaction has taken in and not committed yet. */
  seenBy(tx: UnitOfWork): Globals {
    return tx.globals.all().reduce((globals, change) => globals.with(change.version, change.items), this.current);
  }

  /** A child that has not come as far gets what it lacks: a cell that joined has all of it some reports later. */
  refresh(tx: UnitOfWork, child: string, itsVersion: number): void {
    const before = this.sent.get(child);
    if (before && before.after >= itsVersion && !hasPassed(RESEND_MS, before.at, tx.now)) return;
    const changes = this.current.changesAfter(itsVersion);
    if (!changes) return;
    this.sent.set(child, { after: itsVersion, at: tx.now });
    this.cell.sendToChild(tx, child, 'globals.update', 'periodic', changes, Number.MAX_SAFE_INTEGER);
  }

  /**
   * Goes ahead of an order, in its frame: what the order was decided on (an aggregate that was just made, say) is known where it
   * arrives, whichever processes carry the two. A child that lacks more than one message holds has just joined, and is told by and by.
   */
  tellBefore(tx: UnitOfWork, child: string): void {
    const globals = this.seenBy(tx);
    const changes = globals.changesAfter(versionOf(tx.children.get(child)));
    if (changes?.version !== globals.version) return;
    if (tx.outbox.all().some(sent => tells(sent, child, changes.version))) return;
    this.cell.sendToChild(tx, child, 'globals.update', 'periodic', changes, Number.MAX_SAFE_INTEGER);
  }

  /**
   * After a change at the top: the children need not ask for it. Each gets all that it has not told to have, for another request or
   * this process's own reading may have come first, and what lacks something before it would be of no use to the child.
   */
  async push(): Promise<void> {
    await this.load();
    await this.store.transact({ placement: true }, ({ work: tx }) => {
      for (const child of tx.children.all()) {
        const changes = this.current.changesAfter(versionOf(child));
        if (changes) this.cell.sendToChild(tx, child.name, 'globals.update', 'periodic', changes, Number.MAX_SAFE_INTEGER);
      }
    });
  }
}

/** As far as the child has told to have come. */
const versionOf = (child: ChildRow | undefined): number => child?.report?.globalsVersion ?? 0;

const tells = ({ destination, envelope }: Outgoing, child: string, version: number): boolean =>
  destination.to === 'child' &&
  destination.name === child &&
  envelope.method === 'globals.update' &&
  (envelope.payload as GlobalsChange).version >= version;
