import { STATUS_CODES } from 'node:http';

export { HTTP_STATUS } from '#domain';

/** `Not Found` of 404. */
export const titleOf = (status: number): string => STATUS_CODES[status] ?? 'Error';
