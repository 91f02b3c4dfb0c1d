import type { HostPlace, HostWish, MoveRequest, SteeredMove } from '#cell';
import type { BuildSpec, ConsoleDoor, ConsoleKind, GuestDiagnostics, HostChanges, ImageSource, InstanceOrder } from '#contracts';
import type { InstanceState, RequestContext } from '#domain';

/** A server to make: what the tree needs to build it, and the columns that only the top keeps (see ApiInstance). */
export interface NewServer {
  readonly spec: BuildSpec;
  readonly columns: {
    readonly displayDescription: string | null;
    readonly tags: readonly string[];
    /** Null: its project's default group. */
    readonly securityGroups: readonly { readonly id: string; readonly name: string }[] | null;
    readonly accessIpV4: string | null;
    readonly accessIpV6: string | null;
    readonly diskConfig: 'AUTO' | 'MANUAL';
    readonly reservationId: string;
    readonly rootDeviceName: string | null;
  };
}

/** Columns of ApiInstance, by their names in the database. */
export type ServerColumns = Readonly<Record<string, string | null>>;

/** A server that takes quota, and whose it is. */
export interface OwnedServer {
  readonly uuid: string;
  readonly projectId: string;
  readonly userId: string;
}

/** A project's limits at the moment of the request; -1 is no limit. */
export interface QuotaLimits {
  readonly instances: number;
  readonly cores: number;
  readonly ramMb: number;
  /** Servers of one group. */
  readonly groupMembers: number;
  /** Of the caller in the project, when an administrator gave any. */
  readonly user?: { readonly instances: number; readonly cores: number; readonly ramMb: number };
}

/**
 * The compute API's one door to the tree of cells. Each call commits, in one transaction, the change, the action record and the
 * messages that carry it down; it returns when that is durable, not when it is done.
 */
export interface CellGateway {
  /**
   * All or none of them. Takes quota, places each in a child cell, and records the action `create`.
   * @throws CloudError `overLimit` in Nova's words when a quota is exceeded.
   */
  createServers(ctx: RequestContext, servers: readonly NewServer[], limits: QuotaLimits): Promise<void>;
  /**
   * @returns the state that it was in
   * @throws CloudError `notFound` when there is no such server (any more) in the project, or in any project for an admin.
   */
  deleteServer(ctx: RequestContext, uuid: string): Promise<InstanceState>;
  /**
   * The server goes off, gives its quota back and is deleted after `reclaimSeconds` unless it is restored. One that never ran, or has no
   * host, is deleted at once.
   * @returns and throws as `deleteServer`
   */
  deleteServerSoftly(ctx: RequestContext, uuid: string, reclaimSeconds: number): Promise<InstanceState>;
  /** @throws CloudError `notFound`; `conflict` when it is not soft-deleted; `overLimit` when there is no quota for it any more. */
  restoreServer(ctx: RequestContext, server: OwnedServer, limits: QuotaLimits): Promise<void>;
  /** How the server was ordered, with what was changed of it since. @throws CloudError `notFound` */
  orderOf(ctx: RequestContext, uuid: string): Promise<BuildSpec>;
  /**
   * @param columns those of ApiInstance that change with it, by their names in the database
   * @throws CloudError `notFound`; `conflict` in Nova's words when the state does not allow it, or a lock does not.
   */
  act(ctx: RequestContext, uuid: string, action: InstanceOrder, columns?: ServerColumns): Promise<void>;
  /**
   * The server is made anew of what `spec` says; `columns` are those of ApiInstance that change with it, by their names in the database.
   * @throws CloudError as `act`
   */
  rebuild(ctx: RequestContext, spec: BuildSpec, columns: ServerColumns): Promise<void>;
  /**
   * A move of the server inside its cell; the project's quota covers it while it lasts.
   * @throws CloudError `notFound`; `conflict`, `invalid`, `overLimit` in Nova's words.
   */
  beginMove(ctx: RequestContext, server: OwnedServer, request: MoveRequest, limits: QuotaLimits): Promise<void>;
  /** @throws CloudError `notFound`; `conflict` when it is not resized; `invalid` when there is nothing to confirm or revert. */
  endMove(ctx: RequestContext, uuid: string, action: 'confirm' | 'revert'): Promise<void>;
  /**
   * Of the live migration that is under way: the server stays where it is, or is held still until it is over.
   * @throws CloudError `notFound`; `conflict` when it is not being migrated; `invalid` in Nova's words when that cannot be done (any more).
   */
  steerMove(ctx: RequestContext, uuid: string, action: 'abortLive' | 'completeLive', move: SteeredMove): Promise<void>;
  /** @throws CloudError `notFound` */
  resetState(ctx: RequestContext, uuid: string, vmState: 'active' | 'error'): Promise<void>;
  /** @throws CloudError `notFound` */
  lock(ctx: RequestContext, uuid: string, reason: string | null): Promise<void>;
  /**
   * @param others whether an administrator's lock may be opened, too
   * @throws CloudError `notFound`; `forbidden` when the lock is an administrator's.
   */
  unlock(ctx: RequestContext, uuid: string, options: { readonly others: boolean }): Promise<void>;
  /**
   * What is wanted of a host from now on; its cell carries it out when it hears of it.
   * @throws CloudError `notFound`; `conflict` when its cell was taken out of the tree.
   */
  updateHost(ctx: RequestContext, place: HostPlace, changes: HostChanges): Promise<HostWish>;
  /** A host that has no servers is forgotten; one that still reports comes back. @throws CloudError `notFound` */
  removeHost(ctx: RequestContext, place: HostPlace): Promise<void>;
  /** Has these hosts fetch the images, for servers to come; what fails is only in their logs. */
  cacheImages(ctx: RequestContext, places: readonly HostPlace[], images: readonly ImageSource[]): Promise<void>;
  /** After a committed change of what every cell needs: the cells below are told of it at once. What fails here they learn a little later. */
  globalsChanged(): Promise<void>;
  /** Before an order that names a zone: what is decided here sees every change of aggregates that was committed by now. */
  catchUpWithGlobals(): Promise<void>;
  /** The end of the serial console. @throws CloudError `notFound`, `conflict` (not on a host yet), `unavailable` (its cell does not answer in time). */
  consoleOutput(ctx: RequestContext, uuid: string, lines: number | null): Promise<string>;
  /** The host of a server that has such a console to connect to now. @throws as `consoleOutput`; `notImplemented` by its hypervisor. */
  findConsole(ctx: Asker, uuid: string, kind: ConsoleKind): Promise<{ host: string }>;
  /** Ends when the host of a server has brought its console to the door. @throws as `findConsole`. */
  connectConsole(ctx: Asker, uuid: string, kind: ConsoleKind, door: ConsoleDoor): Promise<{ host: string }>;
  /** What its host measures of a server. @throws as `findConsole`. */
  diagnostics(ctx: Asker, uuid: string): Promise<GuestDiagnostics>;
  /** What the command `uptime` says on a host. @throws CloudError `notFound`, `unavailable` (it does not answer in time). */
  uptime(ctx: RequestContext, place: HostPlace): Promise<string>;
}

/** On whose behalf a host is asked. Whose server it is was checked before. */
export type Asker = Pick<RequestContext, 'requestId' | 'deadline'>;
