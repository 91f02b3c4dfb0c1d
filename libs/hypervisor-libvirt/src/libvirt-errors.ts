import { CloudError, type ErrorKind } from '#domain';
import type { NativeError } from './native/libvirt.js';

/** virErrorNumber, those that mean something to us. Source: libvirt's virterror.h. */
export const ErrorCode = {
  INTERNAL_ERROR: 1,
  NO_MEMORY: 2,
  NO_SUPPORT: 3,
  NO_CONNECT: 5,
  INVALID_CONN: 6,
  SYSTEM_ERROR: 38,
  RPC: 39,
  NO_DOMAIN: 42,
  AUTH_FAILED: 45,
  OPERATION_INVALID: 55,
  CONFIG_UNSUPPORTED: 67,
  OPERATION_TIMEOUT: 68,
  OPERATION_ABORTED: 78,
  NO_DOMAIN_METADATA: 80,
  ARGUMENT_UNSUPPORTED: 74,
  AGENT_UNRESPONSIVE: 86,
  RESOURCE_BUSY: 87,
  ACCESS_DENIED: 88,
} as const;

const KINDS: Readonly<Record<number, ErrorKind>> = {
  [ErrorCode.NO_MEMORY]: 'noValidHost',
  [ErrorCode.NO_SUPPORT]: 'notImplemented',
  [ErrorCode.NO_CONNECT]: 'unavailable',
  [ErrorCode.INVALID_CONN]: 'unavailable',
  [ErrorCode.SYSTEM_ERROR]: 'unavailable',
  [ErrorCode.RPC]: 'unavailable',
  [ErrorCode.NO_DOMAIN]: 'notFound',
  [ErrorCode.NO_DOMAIN_METADATA]: 'notFound',
  [ErrorCode.AUTH_FAILED]: 'unavailable',
  [ErrorCode.ACCESS_DENIED]: 'unavailable',
  [ErrorCode.OPERATION_INVALID]: 'conflict',
  [ErrorCode.CONFIG_UNSUPPORTED]: 'notImplemented',
  [ErrorCode.OPERATION_TIMEOUT]: 'deadlineExceeded',
  [ErrorCode.OPERATION_ABORTED]: 'conflict',
  [ErrorCode.ARGUMENT_UNSUPPORTED]: 'notImplemented',
  [ErrorCode.AGENT_UNRESPONSIVE]: 'notImplemented',
  [ErrorCode.RESOURCE_BUSY]: 'unavailable',
};

/** QEMU's own words reach us as internal errors of libvirt: this is the one that another host may not give. */
const OUT_OF_ROOM = /cannot allocate memory|no space left on device/i;

/** `what` was being done, in words that finish "cannot ...". */
export const libvirtError = (what: string, error: NativeError | null): CloudError => {
  if (error === null) return new CloudError('internal', `cannot ${what}: libvirt gives no reason`);
  const message = error.message?.trim() ?? `error ${error.code}`;
  const kind = OUT_OF_ROOM.test(message) ? 'noValidHost' : (KINDS[error.code] ?? 'internal');
  return new CloudError(kind, `cannot ${what}: ${message}`, { context: { libvirtCode: error.code, libvirtDomain: error.domain } });
};

/** What is to be told when the guest's own agent did not do something: Nova's words where it is not there, otherwise the error itself. */
export const agentError = (error: unknown): unknown => {
  if (!(error instanceof CloudError)) return error;
  const { libvirtCode } = error.context;
  // A guest of an earlier release has no channel for it.
  if (libvirtCode === ErrorCode.ARGUMENT_UNSUPPORTED) return withoutAgent('enabled', error);
  if (libvirtCode !== ErrorCode.AGENT_UNRESPONSIVE) return error;
  return withoutAgent(error.message.includes('not connected') ? 'connected' : 'responding', error);
};

const withoutAgent = (lacks: 'enabled' | 'connected' | 'responding', cause: CloudError): CloudError =>
  new CloudError('notImplemented', `QEMU guest agent is not ${lacks}`, { cause, context: cause.context });

const NO_SOCKET = /failed to connect socket to '([^']+)': (.*)/i;

/** Why libvirtd cannot be reached, in one line that says what to do. */
export const connectError = (uri: string, error: NativeError | null): CloudError => {
  const [, socket, reason] = NO_SOCKET.exec(error?.message ?? '') ?? [];
  const message = socket
    ? `libvirtd does not listen on ${socket} (${reason}): is it installed (libvirt-daemon-system) and running, and may this user open it?`
    : (error?.message ?? 'libvirt gives no reason');
  return new CloudError('unavailable', `cannot connect to ${uri}: ${message}`, { context: { libvirtCode: error?.code } });
};

export const isConflict = (error: unknown): boolean => error instanceof CloudError && error.kind === 'conflict';

/** For `catch`: what a guest or its part that is not there comes to. */
export const unlessNotFound =
  <T>(value: T) =>
  (error: unknown): T => {
    if (error instanceof CloudError && error.kind === 'notFound') return value;
    throw error;
  };

/** For `catch`: the guest was not in the state for it any more, which is as good. */
export const unlessConflict = (error: unknown): void => {
  if (!isConflict(error)) throw error;
};
