import { CloudError, novaFault } from '#domain';
import type { FaultRenderer } from '../../http/index.js';

/** Nova's words for a path that exists, but not at the version asked for. */
export const RESOURCE_NOT_FOUND = 'The resource could not be found.';

/** The compute API's faults: `{"itemNotFound":{"code":404,"message":"…"}}`, and text/html for a path that does not exist at all. */
export const computeFault: FaultRenderer = ({ status: found, message, error }) => {
  if (error instanceof UnknownPath) return { body: NOT_FOUND_PAGE, contentType: 'text/html; charset=UTF-8' };
  // Nova knows no 504: who waits for a cell that does not answer is told that the service is unavailable.
  const status = found === 504 ? 503 : found;
  return { status, body: novaFault(status, message) };
};

/** A status that no kind of CloudError means (406, 410). */
export class StatusError extends Error {
  constructor(
    readonly statusCode: number,
    message: string,
  ) {
    super(message);
  }
}

/** No route has this path and method: answered as a web server does, never 405. */
export class UnknownPath extends CloudError {
  constructor() {
    super('notFound', RESOURCE_NOT_FOUND);
  }
}

const NOT_FOUND_PAGE =
  '<html>\n <head>\n  <title>404 Not Found</title>\n </head>\n <body>\n  <h1>404 Not Found</h1>\n  The resource could not be found.<br /><br />\n\n </body>\n</html>';
