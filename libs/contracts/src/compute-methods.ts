import { z } from 'zod';
import { TASK_STATES } from '#domain';
import { GuestAction, UnwantedImage } from './guest-actions.js';
import { guestQuestions } from './guest-questions.js';
import type { Method, MethodsOf, PayloadOf, ResultOf } from './method.js';
import { GuestMove, GuestOffer } from './moves.js';
import { BuildSpec, HostStatus, ImageSource, TransferProgress, Uuid } from './shapes.js';

const Guest = z.object({ instanceUuid: Uuid, epoch: z.number().int(), requestId: z.string() });
/** `spec`, how the instance was ordered, comes with the actions that need it. */
const GuestOrder = Guest.extend({ action: GuestAction, spec: BuildSpec.optional() });
export type GuestOrder = z.infer<typeof GuestOrder>;

/** What the host answers a command with: every command is answered, however often it is delivered. */
const Outcome = z.object({
  instanceUuid: Uuid,
  epoch: z.number().int(),
  requestId: z.string(),
  /** The id of the command. */
  commandId: z.string(),
  /** Nova's number of the power state after the command. */
  powerState: z.number().int(),
  /** Null when it worked. `retryable`: another host may do better. */
  error: z.object({ kind: z.string(), message: z.string(), retryable: z.boolean() }).nullable(),
  startedAt: z.number().int(),
  finishedAt: z.number().int(),
});
export type GuestOutcome = z.infer<typeof Outcome>;

const MoveOutcome = Outcome.extend({
  /** What another host can have of the guest that was put aside. */
  offer: GuestOffer.nullable(),
});

/** Every message between a cell and the compute service of one of its hosts. */
export const computeMethods = {
  /** `discard`: an image that goes once the guest runs. */
  'guest.spawn': {
    kind: 'command',
    direction: 'down',
    since: 1,
    payload: z.object({ spec: BuildSpec, epoch: z.number().int(), discard: UnwantedImage.optional() }),
  },
  'guest.destroy': { kind: 'command', direction: 'down', since: 1, payload: Guest },
  'guest.act': { kind: 'command', direction: 'down', since: 1, payload: GuestOrder },
  /** Fetch and keep these, for guests to come. Not answered. */
  'image.cache': { kind: 'command', direction: 'down', since: 1, payload: z.object({ images: z.array(ImageSource).min(1) }) },
  'guest.move': { kind: 'command', direction: 'down', since: 1, payload: Guest.extend({ move: GuestMove }) },

  'guest.spawned': { kind: 'event', direction: 'up', since: 1, payload: Outcome },
  'guest.destroyed': { kind: 'event', direction: 'up', since: 1, payload: Outcome },
  'guest.acted': { kind: 'event', direction: 'up', since: 1, payload: Outcome },
  /** How far a host has come with a command that takes long. */
  'guest.progress': {
    kind: 'event',
    direction: 'up',
    since: 1,
    payload: Guest.extend({ commandId: z.string(), taskState: z.enum(TASK_STATES), transfer: TransferProgress.optional() }),
  },
  'guest.moved': { kind: 'event', direction: 'up', since: 1, payload: MoveOutcome },
  /** A guest changed by itself (it stopped, it crashed). Told by the hypervisor's own event, not found by polling. */
  'guest.changed': {
    kind: 'event',
    direction: 'up',
    since: 1,
    payload: z.object({ host: z.string(), instanceUuid: Uuid, powerState: z.number().int(), at: z.number().int() }),
  },
  /** All guests on the host. Sent when the compute service starts and every minute after it: the cell mends what a lost message left. */
  'guest.list': {
    kind: 'event',
    direction: 'up',
    since: 1,
    payload: z.object({
      host: z.string(),
      at: z.number().int(),
      guests: z.array(z.object({ instanceUuid: Uuid, powerState: z.number().int() })),
    }),
  },

  'guest.console': {
    kind: 'query',
    direction: 'down',
    since: 1,
    payload: z.object({ instanceUuid: Uuid, lines: z.number().int().positive().nullable() }),
    result: z.object({ output: z.string() }),
  },
  'host.uptime': {
    kind: 'query',
    direction: 'down',
    since: 1,
    payload: z.object({ host: z.string() }),
    result: z.object({ uptime: z.string() }),
  },

  'guest.findConsole': guestQuestions.findConsole,
  'guest.connectConsole': guestQuestions.connectConsole,
  'guest.diagnostics': guestQuestions.diagnostics,

  /** Heartbeat and inventory of the hosts that one compute service plays. */
  'host.status': { kind: 'report', direction: 'up', since: 1, payload: z.object({ hosts: z.array(HostStatus).min(1) }) },
} as const satisfies Record<string, Method>;

export type ComputeMethods = typeof computeMethods;
export type ComputeMethod = keyof ComputeMethods;
export type ComputePayload<M extends ComputeMethod> = PayloadOf<ComputeMethods, M>;
export type ComputeResult<M extends ComputeMethod> = ResultOf<ComputeMethods, M>;
export type ComputeCommand = MethodsOf<ComputeMethods, 'command', 'down'>;
export type ComputeEvent = MethodsOf<ComputeMethods, 'event', 'up'>;
export type ComputeQuery = MethodsOf<ComputeMethods, 'query', 'down'>;
export type ComputeReport = MethodsOf<ComputeMethods, 'report', 'up'>;
