import type { HostChanges } from '#contracts';
import { CloudError } from '#domain';
import type { ServiceUpdate } from './service.schemas.js';

/** What `PUT /os-services/{uuid}` changes. @throws CloudError `invalid` in Nova's words. */
export const changesOf = ({ status, disabled_reason: reason, forced_down: forcedDown }: ServiceUpdate): HostChanges => {
  if (status === 'enabled' && reason !== undefined)
    throw new CloudError('invalid', "Specifying 'disabled_reason' with status 'enabled' is invalid.");
  if (status === undefined && forcedDown === undefined)
    throw new CloudError('invalid', "No updates were requested. Fields 'status' or 'forced_down' should be specified.");
  return {
    ...(status !== undefined && { enabled: status === 'enabled' }),
    ...(status === 'disabled' && { disabledReason: reason ?? null }),
    ...(forcedDown !== undefined && { forcedDown }),
  };
};

/** What a service update of before 2.53 does, by the last part of its path; `shown` is what its answer says beside the service. */
export const legacyChanges = (
  action: string,
  { disabled_reason: reason, forced_down: forcedDown }: ServiceUpdate,
  canForceDown: boolean,
): { readonly changes: HostChanges; readonly shown: object } => {
  switch (action) {
    case 'enable':
      return { changes: { enabled: true }, shown: { status: 'enabled' } };
    case 'disable':
      return { changes: { enabled: false }, shown: { status: 'disabled' } };
    case 'disable-log-reason':
      if (reason === undefined) throw new CloudError('invalid', 'Missing disabled reason field');
      return { changes: { enabled: false, disabledReason: reason }, shown: { status: 'disabled', disabled_reason: reason } };
    case 'force-down':
      if (!canForceDown) break;
      if (forcedDown === undefined) throw new CloudError('invalid', 'Missing forced_down field');
      return { changes: { forcedDown }, shown: { forced_down: forcedDown } };
  }
  throw new CloudError('notFound', 'Unknown action');
};
