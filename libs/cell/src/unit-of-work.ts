import type { ActionEvent, Envelope, Flavor, GlobalItem, GoneHost, HostMirror, Move } from '#contracts';
import { CloudError, type Version } from '#domain';
import type { JoinRow } from './joining/join-row.js';
import {
  type ChildRow,
  type DecisionRow,
  type GroupRow,
  type HostInventoryRow,
  type HostRow,
  type HostServiceRow,
  hostPlaceKey,
  type InstanceRow,
  type QuotaUsage,
  type RequestSpecRow,
  type ReservationRow,
  type ReservedShape,
  type UserInProject,
} from './rows.js';
import type { CellMirror } from './status/cell-mirror.js';
import { Appended, Table } from './table.js';
import type { AnyWorkflowRow } from './workflow-context.js';

/** Where an envelope goes; the relay turns it into an exchange and a routing key of one of the two brokers. */
export type Destination =
  | { readonly to: 'parent' }
  | { readonly to: 'child'; readonly name: string }
  | { readonly to: 'host'; readonly name: string };

export interface Outgoing {
  readonly destination: Destination;
  readonly envelope: Envelope;
}

/** A message that could not be handled: kept for an operator. */
export interface Parked {
  readonly envelope: Envelope;
  readonly reason: string;
}

/** A record of what a user's request did, at the top only. */
export interface ActionRecord {
  readonly instanceUuid: string;
  readonly requestId: string;
  readonly action: string;
  readonly userId: string;
  readonly projectId: string;
  readonly startTime: number;
}

/** How a move of a server stands, as of a version of the server. */
export interface MoveRecord {
  readonly instanceUuid: string;
  readonly move: Move;
  readonly version: Version;
}

/** What an instance takes of its project's quota (added) or gives back (negative numbers), at the top only. */
export interface QuotaDelta extends QuotaUsage {
  readonly projectId: string;
  /** Whose it is, where it is taken. */
  readonly userId?: string;
}

/** What is in use, of each project by its id and of each user that was asked for by `userQuotaKey`. */
export type QuotaUsages = ReadonlyMap<string, QuotaUsage>;

export const userQuotaKey = ({ projectId, userId }: UserInProject): string => `${projectId} ${userId}`;

/** What changed of what the top owns, up to a version; see `globals.update`. */
export interface GlobalsChange {
  readonly version: number;
  readonly items: readonly GlobalItem[];
}

/** Every row that a transaction may touch, loaded at its start, changed in memory, and written at its end in one go. */
export class UnitOfWork {
  readonly instances = new Table<InstanceRow>('instance', row => row.uuid);
  readonly requestSpecs = new Table<RequestSpecRow>('request spec', row => row.uuid);
  readonly workflows = new Table<AnyWorkflowRow>('workflow', row => row.subject);
  readonly hosts = new Table<HostRow>('host', row => row.host);
  readonly hostInventories = new Table<HostInventoryRow>('host inventory', row => row.host);
  /** At the top: hosts of all cells, as far as operators steer them. */
  readonly hostServices = new Table<HostServiceRow>('service of host', hostPlaceKey);
  readonly children = new Table<ChildRow>('child cell', row => row.name);
  readonly joins = new Table<JoinRow>('join', row => row.name);
  readonly reservations = new Table<ReservationRow>('reservation', row => row.instanceUuid);
  /** Of the instances loaded for placement, and those asked for; only read. */
  readonly groups = new Table<GroupRow>('server group', row => row.uuid);
  readonly outbox = new Appended<Outgoing>();
  readonly parked = new Appended<Parked>();
  /** Ids of messages that wait no more; those that this transaction parks again stay. */
  readonly unparked = new Appended<string>();
  readonly decisions = new Appended<DecisionRow>();
  readonly settlements = new Appended<{ child: string; reported: Version }>();
  readonly actions = new Appended<ActionRecord>();
  readonly actionEvents = new Appended<ActionEvent & { instanceUuid: string }>();
  readonly quotaDeltas = new Appended<QuotaDelta>();
  readonly hostMirrors = new Appended<HostMirror>();
  readonly goneHosts = new Appended<GoneHost>();
  readonly cellMirrors = new Appended<CellMirror>();
  /** Columns that only the top keeps: all of servers that are new in this transaction, those that change of others. */
  readonly serverColumns = new Appended<{ uuid: string; columns: Readonly<Record<string, unknown>> }>();
  /** Of moves, at the top: the record that users read. */
  readonly moves = new Appended<MoveRecord>();
  /** Flavors that servers have from now on, as users see them, at the top. */
  readonly serverFlavors = new Appended<{ uuid: string; flavor: Flavor }>();
  readonly globals = new Appended<GlobalsChange>();

  /** How often `attempt` took something back: what was derived from the rows before is stale then. */
  rollbacks = 0;

  constructor(
    /** ms since 1970: one moment for all that the transaction does. */
    readonly now: number,
    /** Of the open reservations, as loaded; those of this transaction are added by the one who makes them. */
    readonly reserved: readonly ReservedShape[] = [],
    private readonly quotaUsages: QuotaUsages = new Map(),
    private readonly lockedGlobals: number | undefined = undefined,
  ) {}

  /**
   * How far this cell has come with what the top owns, with what this transaction has taken in.
   * @throws CloudError `internal` when the transaction did not lock it.
   */
  globalsVersion(): number {
    if (this.lockedGlobals === undefined) throw new CloudError('internal', 'the version of the globals was not loaded by this transaction');
    return this.globals.all().reduce((version, change) => Math.max(version, change.version), this.lockedGlobals);
  }

  /**
   * Of a project, or of one user in it, with what this transaction has taken so far.
   * @throws CloudError `internal` when the transaction did not lock the project's usage, or did not want the user's.
   */
  quotaUsage(projectId: string, userId?: string): QuotaUsage {
    const key = userId === undefined ? projectId : userQuotaKey({ projectId, userId });
    const usage = this.quotaUsages.get(key);
    if (!usage) throw new CloudError('internal', `the quota usage of ${key} was not loaded by this transaction`);
    return this.quotaDeltas
      .all()
      .filter(delta => delta.projectId === projectId && (userId === undefined || delta.userId === userId))
      .reduce(
        (sum, delta) => ({ instances: sum.instances + delta.instances, cores: sum.cores + delta.cores, ramMb: sum.ramMb + delta.ramMb }),
        usage,
      );
  }

  /** Runs `work`; when it throws, nothing that it wrote stays and the error goes on. */
  attempt<T>(work: () => T): T {
    const parts = [
      this.instances,
      this.requestSpecs,
      this.workflows,
      this.hosts,
      this.hostInventories,
      this.hostServices,
      this.children,
      this.joins,
      this.reservations,
      this.outbox,
      this.parked,
      this.unparked,
      this.decisions,
      this.settlements,
      this.actions,
      this.actionEvents,
      this.quotaDeltas,
      this.hostMirrors,
      this.goneHosts,
      this.cellMirrors,
      this.serverColumns,
      this.moves,
      this.serverFlavors,
      this.globals,
    ];
    const marks = parts.map(part => part.mark());
    try {
      return work();
    } catch (error) {
      this.rollbacks += 1;
      for (const [index, part] of parts.entries()) part.undo(marks[index]!);
      throw error;
    }
  }
}
