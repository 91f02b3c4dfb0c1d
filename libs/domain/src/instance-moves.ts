import { type ActionRule, IDLE } from './instance-action.js';
import { refusal } from './instance-actions.js';
import { type InstanceState, TASK_STATES, VM_STATES } from './instance-state.js';
import type { FlavorSnapshot } from './resources.js';

/** Nova's `migration_type`. */
export const MOVE_TYPES = ['resize', 'migration', 'live-migration', 'evacuation'] as const;
export type MoveType = (typeof MOVE_TYPES)[number];

/** Nova's statuses of a migration, in the order in which one may pass through them. Source: nova/objects/migration.py and manager.py. */
export const MOVE_STATUSES = [
  'accepted',
  'queued',
  'preparing',
  'pre-migrating',
  'migrating',
  'post-migrating',
  'running',
  'finished',
  'confirming',
  'reverting',
  'confirmed',
  'reverted',
  'completed',
  'done',
  'cancelled',
  'failed',
  'error',
] as const;
export type MoveStatus = (typeof MOVE_STATUSES)[number];

/** Nothing more comes of a move with one of these, and nothing is held for it any more. */
export const MOVES_OVER: readonly MoveStatus[] = ['confirmed', 'reverted', 'completed', 'done', 'cancelled', 'failed', 'error'];
const OVER: ReadonlySet<MoveStatus> = new Set(MOVES_OVER);
const ARRIVED: ReadonlySet<MoveStatus> = new Set<MoveStatus>(['finished', 'confirming', 'reverting', 'confirmed', 'completed', 'done']);

export const isOver = ({ status }: { readonly status: MoveStatus }): boolean => OVER.has(status);

/** The flavor that the instance has by now: the new one from the moment in which the guest is made anew, unless that was undone. */
export const flavorBy = <F extends FlavorSnapshot>(move: {
  readonly status: MoveStatus;
  readonly oldFlavor: F;
  readonly newFlavor: F;
}): F => (ARRIVED.has(move.status) ? move.newFlavor : move.oldFlavor);

/**
 * What is placed or moved, put away or deleted goes on to its end. Whatever else a host was doing it does not do any more; nor does it send
 * a server that was migrating live.
 */
const PLACED = /^(scheduling|networking|block_device_mapping|spawning|restoring|unshelving)$|^resize_|offloading$|deleting$/;
const WITHOUT_ITS_HOST = [null, ...TASK_STATES.filter(task => !PLACED.test(task))];

/** How each order about a move stands in the conflict's message and in the action log, and when it is allowed. */
export const moveActions = {
  resize: { method: 'resize', record: 'resize', vmStates: ['active', 'stopped'], taskStates: IDLE, taskState: 'resize_prep' },
  migrate: { method: 'migrate', record: 'migrate', vmStates: ['active', 'stopped'], taskStates: IDLE, taskState: 'resize_prep' },
  liveMigrate: {
    method: 'os-migrateLive',
    record: 'live-migration',
    vmStates: ['active', 'paused'],
    taskStates: IDLE,
    taskState: 'migrating',
  },
  abortLive: {
    method: 'abort live migration',
    record: 'live_migration_cancel',
    vmStates: VM_STATES,
    taskStates: ['migrating'],
    taskState: 'migrating',
  },
  completeLive: {
    method: 'force_complete',
    record: 'live_migration_force_complete',
    vmStates: ['active'],
    taskStates: ['migrating'],
    taskState: 'migrating',
  },
  evacuate: {
    method: 'evacuate',
    record: 'evacuate',
    vmStates: ['active', 'stopped', 'error'],
    taskStates: WITHOUT_ITS_HOST,
    taskState: 'rebuilding',
  },
  confirm: { method: 'confirmResize', record: 'confirmResize', vmStates: ['resized'], taskStates: IDLE, taskState: 'resize_confirming' },
  revert: { method: 'revertResize', record: 'revertResize', vmStates: ['resized'], taskStates: IDLE, taskState: 'resize_reverting' },
} as const satisfies Record<string, ActionRule & { readonly record: string }>;
export type MoveActionName = keyof typeof moveActions;

/** What begins a move of each type. */
export const MOVE_BEGINNINGS = {
  resize: 'resize',
  migration: 'migrate',
  'live-migration': 'liveMigrate',
  evacuation: 'evacuate',
} as const satisfies Record<MoveType, MoveActionName>;

/** As `whyNot`, of a move. */
export const whyNotMove = (action: MoveActionName, uuid: string, state: InstanceState): string | undefined =>
  refusal(moveActions[action], uuid, state);
