import type { Heard } from './judge.js';

/** `{"error":{"code":404,"message":"…","title":"Not Found"}}`: the shape of Identity's faults and of Image's. */
export const isKeystoneFault = ({ status, text }: Heard): boolean => {
  const body: unknown = JSON.parse(text);
  if (typeof body !== 'object' || body === null || !('error' in body)) return false;
  const { error } = body;
  if (typeof error !== 'object' || error === null || !('code' in error && 'message' in error)) return false;
  return error.code === status && typeof error.message === 'string' && error.message !== '';
};
