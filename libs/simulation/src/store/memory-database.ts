import type {
  ActionRecord,
  AnyWorkflowRow,
  CellMirror,
  ChildRow,
  DecisionRow,
  GlobalsRead,
  HostInventoryRow,
  HostRow,
  HostServiceRow,
  InstanceRow,
  JoinRow,
  MoveRecord,
  ParkedRow,
  QuotaUsage,
  RequestSpecRow,
  ReservationRow,
  StoredFrame,
} from '#cell';
import type { ActionEvent, Flavor, HostMirror } from '#contracts';
import type { Version } from '#domain';

export interface OutboxRow {
  readonly frame: StoredFrame;
  /** ms since 1970: until then whoever wrote or took it sees it through. */
  leaseUntil: number;
  readonly writtenAt: number;
}

export interface Lease {
  readonly owner: string;
  readonly takenAt: number;
  readonly heldUntil: number;
}

/** Rows of one kind. They are frozen: as with a real database, nobody changes a row without storing it. */
export class MemoryTable<R> {
  private readonly rows = new Map<string, R>();
  private readonly revisions = new Map<string, number>();

  get(key: string): R | undefined {
    return this.rows.get(key);
  }

  all(): R[] {
    return [...this.rows.values()];
  }

  /** In the order of their keys, as an index gives them. */
  sorted(): R[] {
    return [...this.rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  }

  put(key: string, row: R): void {
    freeze(row);
    this.rows.set(key, row);
    this.changed(key);
  }

  delete(key: string): void {
    if (this.rows.delete(key)) this.changed(key);
  }

  keys(): string[] {
    return [...this.rows.keys()];
  }

  /** Grows with every change of the row, and when it comes or goes. */
  revision(key: string): number {
    return this.revisions.get(key) ?? 0;
  }

  private changed(key: string): void {
    this.revisions.set(key, this.revision(key) + 1);
  }
}

/** What a cell's database holds; the stores of all its processes share one. */
export class MemoryDatabase {
  readonly instances = new MemoryTable<InstanceRow>();
  readonly requestSpecs = new MemoryTable<RequestSpecRow>();
  readonly workflows = new MemoryTable<AnyWorkflowRow>();
  readonly hosts = new MemoryTable<HostRow>();
  readonly hostInventories = new MemoryTable<HostInventoryRow>();
  readonly children = new MemoryTable<ChildRow>();
  readonly joins = new MemoryTable<JoinRow>();
  readonly reservations = new MemoryTable<ReservationRow>();
  readonly quotaUsages = new MemoryTable<QuotaUsage>();
  readonly serverColumns = new MemoryTable<Readonly<Record<string, unknown>>>();
  readonly actions = new MemoryTable<ActionRecord>();
  /** With what is wanted of the hosts in `hostServices`, which has the same keys; those that are gone are in neither. */
  /** By their uuids. */
  readonly moves = new MemoryTable<MoveRecord>();
  readonly serverFlavors = new MemoryTable<Flavor>();
  readonly hostMirrors = new MemoryTable<HostMirror>();
  readonly hostServices = new MemoryTable<HostServiceRow>();
  /** When their cells last told of them. */
  readonly hostsToldAt = new MemoryTable<number>();
  /** Of hosts that are gone, so that no older message brings them back. */
  readonly goneHosts = new MemoryTable<Version>();
  readonly cellMirrors = new MemoryTable<CellMirror>();
  readonly leases = new MemoryTable<Lease>();
  readonly actionEvents: (ActionEvent & { readonly instanceUuid: string })[] = [];
  /** In the order of deciding. */
  decisions: DecisionRow[] = [];
  /** By the id of the envelope, in the order of parking. */
  readonly parkedById = new Map<string, ParkedRow>();

  get parked(): readonly ParkedRow[] {
    return [...this.parkedById.values()];
  }

  /** Frame to the time when it was handled. */
  readonly inbox = new Map<string, number>();
  /** In the order of writing. */
  readonly outbox = new Map<string, OutboxRow>();
  readonly groups = new MemoryTable<{ readonly uuid: string; readonly deleted: boolean }>();
  /** Locked by whoever takes new globals in. */
  readonly globalsLock = new MemoryTable<number>();
  globals: GlobalsRead = { version: 0, items: [] };
}

const freeze = (value: unknown): void => {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const part of Object.values(value)) freeze(part);
};
