import type { ErrorKind } from '#domain';

/** What an image service means by a status, but for success. */
export const refusalKind = (status: number): ErrorKind => KINDS[status] ?? 'unavailable';

const KINDS: Readonly<Record<number, ErrorKind>> = {
  401: 'forbidden',
  403: 'forbidden',
  404: 'notFound',
  409: 'conflict',
  410: 'notFound',
  413: 'tooLarge',
};
