import { z } from 'zod';
import { CellStatus } from './cell-status.js';
import { ProtocolRange } from './envelope.js';
import { InstanceOrder } from './guest-actions.js';
import { guestQuestions } from './guest-questions.js';
import { InstanceDigests, InstanceRanges } from './instance-digests.js';
import type { Method, MethodsOf, PayloadOf, ResultOf } from './method.js';
import { MoveOrder } from './moves.js';
import {
  ActionEvent,
  BuildSpec,
  Fault,
  GlobalItem,
  HostInventory,
  ImageSource,
  InstanceLabels,
  InstanceReport,
  Pool,
  Resources,
  TrailEntry,
  Uuid,
  Version,
} from './shapes.js';

const BuildOrder = z.object({
  spec: BuildSpec,
  /** The number of this placement, higher than that of any before: what an earlier owner says is out of date. */
  epoch: z.number().int().positive(),
  /** The globals that it was decided on: a cell with older ones looks for newer before it decides. */
  globalsVersion: z.number().int().default(0),
});

const HostMirror = z.object({
  host: z.string(),
  cellPath: z.string(),
  version: Version,
  zone: z.string(),
  enabled: z.boolean(),
  disabledReason: z.string().nullable(),
  up: z.boolean(),
  lastSeenAt: z.number().int(),
  inventory: HostInventory,
  used: Resources,
  runningGuests: z.number().int(),
  /** Treated as down, whatever is heard of it; `up` is what is heard. */
  forcedDown: z.boolean().default(false),
  /** Of the last `host.update` that was carried out. */
  orderedVersion: z.number().int().default(0),
});
export type HostMirror = z.infer<typeof HostMirror>;

/** A host that its cell has forgotten. */
export type GoneHost = CellPayload<'host.gone'>;

export const CapacityReport = z.object({
  cell: z.string(),
  /** epoch: the cell's start in ms since 1970; generation: the number of the report. */
  version: Version,
  globalsVersion: z.number().int(),
  pools: z.array(Pool),
  hostsUp: z.number().int(),
  hostsDown: z.number().int(),
  /** What the cell understands. Reports are taken from neighbours of any version, so that this is known of each. */
  protocol: ProtocolRange.default({ oldest: 1, newest: 1 }),
});
export type CapacityReport = z.infer<typeof CapacityReport>;

/** One host, wherever it is in the tree. */
const HostPlace = z.object({
  /** Full path of the cell that has it. */
  cellPath: z.string(),
  host: z.string(),
});

/** Request and result are of the operation's own shapes: the cell that answers checks the one, the cell that asked the other. */
const AdminOrderMessage = z.object({
  /** Full path of the cell that is to answer. */
  cell: z.string(),
  operation: z.string(),
  request: z.unknown(),
  operator: z.object({ userId: z.string(), requestId: z.string() }),
});

/** With an order of which a guest is made, what that is told of itself: users may have changed it since the build. */
const labels = InstanceLabels.optional();

/** Every message that may cross a cell boundary. One row per method; nothing else is routable. */
export const cellMethods = {
  /** Build here or below. Answered by `instance.state` of the cell that claims it, or by `build.rejected`. */
  'instance.build': { kind: 'command', direction: 'down', since: 1, payload: BuildOrder },
  /** Delete wherever it is. Answered by `instance.deleted`, also when it never arrived. */
  'instance.delete': {
    kind: 'command',
    direction: 'down',
    since: 1,
    payload: z.object({ instanceUuid: Uuid, epoch: z.number().int(), requestId: z.string() }),
  },
  /** This placement is out of date (another cell has it): remove what it left, without telling the user. */
  'instance.recall': { kind: 'command', direction: 'down', since: 1, payload: z.object({ instanceUuid: Uuid, epoch: z.number().int() }) },
  /** Do this with its guest. Answered by `instance.state`, whatever comes of it. */
  'instance.action': {
    kind: 'command',
    direction: 'down',
    since: 1,
    payload: z.object({ instanceUuid: Uuid, epoch: z.number().int(), requestId: z.string(), action: InstanceOrder, labels }),
  },
  /** Move it to another host of its cell, or end such a move. Answered by `instance.state`, whatever comes of it. */
  'instance.move': {
    kind: 'command',
    direction: 'down',
    since: 1,
    payload: z.object({ instanceUuid: Uuid, epoch: z.number().int(), requestId: z.string(), order: MoveOrder, labels }),
  },
  /** An administrator says what state it is in, whatever is going on. Answered by `instance.state`. */
  'instance.resetState': {
    kind: 'command',
    direction: 'down',
    since: 1,
    payload: z.object({ instanceUuid: Uuid, epoch: z.number().int(), requestId: z.string(), vmState: z.enum(['active', 'error']) }),
  },
  /**
   * Tell again how this instance stands; `version` is what the parent holds. Answered by `instance.state`, `instance.deleted`,
   * `build.rejected` or `instance.unknown`.
   */
  'instance.retell': {
    kind: 'command',
    direction: 'down',
    since: 1,
    payload: z.object({ instanceUuid: Uuid, version: Version }),
  },
  /**
   * What changed of what the top owns, from one version to another. A cell that has not come as far as `after` leaves it: its next
   * report says where it is, and the parent goes on from there.
   */
  'globals.update': {
    kind: 'command',
    direction: 'down',
    since: 1,
    payload: z.object({ after: z.number().int(), version: z.number().int(), items: z.array(GlobalItem) }),
  },
  /**
   * What an operator wants of a host from now on, all of it. Each order has a higher version than those before it, and an older one
   * changes nothing. Answered by `host.mirror` with its version, or by `host.gone`.
   */
  'host.update': {
    kind: 'command',
    direction: 'down',
    since: 1,
    payload: HostPlace.extend({
      version: z.number().int().positive(),
      enabled: z.boolean(),
      disabledReason: z.string().nullable(),
      forcedDown: z.boolean(),
    }),
  },
  /** Forget this host. Answered by `host.gone`; not at all while it has instances: then its mirror goes on to be told. */
  'host.remove': { kind: 'command', direction: 'down', since: 1, payload: HostPlace },
  /** Have these images at hand on these hosts of one cell before anybody asks for them. Not answered: what fails, a build fetches. */
  'images.cache': {
    kind: 'command',
    direction: 'down',
    since: 1,
    payload: z.object({ cellPath: z.string(), hostNames: z.array(z.string()).min(1), images: z.array(ImageSource).min(1) }),
  },

  'instance.state': {
    kind: 'event',
    direction: 'up',
    since: 1,
    payload: z.object({
      report: InstanceReport,
      /** The sender's capacity report with this number, or a later one, counts this instance. */
      countedFrom: Version,
    }),
  },
  'instance.deleted': {
    kind: 'event',
    direction: 'up',
    since: 1,
    payload: z.object({ instanceUuid: Uuid, version: Version, countedFrom: Version, events: z.array(ActionEvent) }),
  },
  'build.rejected': {
    kind: 'event',
    direction: 'up',
    since: 1,
    payload: z.object({
      instanceUuid: Uuid,
      /** The order's; and the highest used below, which the next order must exceed. */
      epoch: z.number().int(),
      highestEpoch: z.number().int(),
      fault: Fault,
      trail: z.array(TrailEntry),
      countedFrom: Version,
      events: z.array(ActionEvent),
    }),
  },
  /** The answer to `instance.retell` of a cell that has no trace of the instance; `version` is the one that was asked with. */
  'instance.unknown': {
    kind: 'event',
    direction: 'up',
    since: 1,
    payload: z.object({ instanceUuid: Uuid, version: Version }),
  },
  'host.mirror': { kind: 'event', direction: 'up', since: 1, payload: z.object({ hosts: z.array(HostMirror) }) },
  /** The cell does not have this host any more; a mirror of a later version says that it has it again. */
  'host.gone': { kind: 'event', direction: 'up', since: 1, payload: HostPlace.extend({ version: Version }) },

  'console.output': {
    kind: 'query',
    direction: 'down',
    since: 1,
    payload: z.object({ instanceUuid: Uuid, lines: z.number().int().positive().nullable() }),
    result: z.object({ output: z.string() }),
  },
  'console.find': guestQuestions.findConsole,
  'console.connect': guestQuestions.connectConsole,
  'instance.diagnostics': guestQuestions.diagnostics,
  /** What the command `uptime` says on a host. */
  'hypervisor.uptime': { kind: 'query', direction: 'down', since: 1, payload: HostPlace, result: z.object({ uptime: z.string() }) },
  /** What the child has of the instances in these ranges, so that its parent finds where the two differ. */
  'instances.digest': { kind: 'query', direction: 'down', since: 1, payload: InstanceRanges, result: InstanceDigests },

  /** An operator's order for the cell `cell`, passed on hop by hop until it is there: see adminOperations. */
  'cell.admin': { kind: 'query', direction: 'down', since: 1, payload: AdminOrderMessage, result: z.unknown() },

  'capacity.report': { kind: 'report', direction: 'up', since: 1, payload: CapacityReport },
  /** How the sender stands, and what is new of the cells below it: each cell on the way keeps the newest, and passes it on. */
  'cell.status': { kind: 'report', direction: 'up', since: 1, payload: z.object({ statuses: z.array(CellStatus).min(1).max(1000) }) },
} as const satisfies Record<string, Method>;

export type CellMethods = typeof cellMethods;
export type CellMethod = keyof CellMethods;
export type CellPayload<M extends CellMethod> = PayloadOf<CellMethods, M>;
export type CellResult<M extends CellMethod> = ResultOf<CellMethods, M>;
export type CellCommand = MethodsOf<CellMethods, 'command', 'down'>;
export type CellEvent = MethodsOf<CellMethods, 'event', 'up'>;
export type CellQuery = MethodsOf<CellMethods, 'query', 'down'>;
export type CellReport = MethodsOf<CellMethods, 'report', 'up'>;
