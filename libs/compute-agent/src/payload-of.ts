import { type ComputeCommand, type ComputePayload, type ComputeQuery, computeMethods } from '#contracts';
import { CloudError } from '#domain';

/** What a message of the cell says. @throws CloudError `invalid` naming the field. */
export const payloadOf = <M extends ComputeCommand | ComputeQuery>(method: M, payload: unknown): ComputePayload<M> => {
  const result = computeMethods[method].payload.safeParse(payload);
  if (result.success) return result.data as ComputePayload<M>;
  const [issue] = result.error.issues;
  throw new CloudError('invalid', `${method}: ${issue?.path.join('.') || 'payload'}: ${issue?.message ?? 'not understood'}`);
};
