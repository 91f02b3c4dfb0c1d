import { fieldsOf, view } from '#microversion';
import { isoMicroseconds } from '../api/index.js';
import { hostIdOf } from './host-id.js';

/** Times are ms since 1970. */
export interface ActionRecord {
  readonly instanceUuid: string;
  readonly requestId: string;
  readonly action: string;
  readonly userId: string;
  readonly projectId: string;
  readonly startTime: number;
  readonly updatedAt: number;
  readonly message: string | null;
}

export interface ActionEventRecord {
  readonly event: string;
  readonly startTime: number;
  readonly finishTime: number | null;
  readonly result: string | null;
  /** Undefined: the caller is not told. */
  readonly details: string | null | undefined;
  readonly host: string | null;
  /** Of the server: the host's id differs by project. */
  readonly projectId: string;
}

const action = fieldsOf<ActionRecord>();

export const instanceAction = view<ActionRecord>({
  action: action.always(a => a.action),
  instance_uuid: action.always(a => a.instanceUuid),
  message: action.always(a => a.message),
  project_id: action.always(a => a.projectId),
  request_id: action.always(a => a.requestId),
  start_time: action.always(a => isoMicroseconds(a.startTime)),
  user_id: action.always(a => a.userId),
  updated_at: action.since('2.58', a => isoMicroseconds(a.updatedAt)),
});

const event = fieldsOf<ActionEventRecord>();

export const instanceActionEvent = view<ActionEventRecord>({
  event: event.always(e => e.event),
  start_time: event.always(e => isoMicroseconds(e.startTime)),
  finish_time: event.always(e => (e.finishTime === null ? null : isoMicroseconds(e.finishTime))),
  result: event.always(e => e.result),
  traceback: event.always(() => null, 'admin'),
  host: event.since('2.62', e => e.host, 'admin'),
  hostId: event.since('2.62', e => hostIdOf(e.projectId, e.host)),
  details: event.since('2.84', e => e.details),
});
