import { z } from 'zod';
import { tlsSettings } from './tls.config.js';

/** How a broker is named in a configuration; {@link tlsGoesWithAmqps} goes with it. */
export const brokerFields = {
  /** amqp:// or amqps://, with user, password and virtual host. */
  url: z.url({ protocol: /^amqps?$/, error: 'must begin with amqp:// or amqps://' }),
  /** For amqps://: who vouches for the broker, and the client's own certificate. */
  tls: tlsSettings.optional(),
};

/** How a database is named in a configuration. */
export const databaseFields = {
  url: z.url({ protocol: /^mysql$/ }),
  /** When it is there, even empty, the connection is encrypted or not made. */
  tls: tlsSettings.optional(),
};

/** The settings would have no effect, and the operator would think that nobody reads along. */
export const tlsGoesWithAmqps = ({ url, tls }: { url: string; tls?: unknown }, context: z.core.$RefinementCtx): void => {
  if (tls !== undefined && !url.startsWith('amqps:'))
    context.addIssue({ code: 'custom', path: ['tls'], message: 'is for amqps:// URLs, and the url is amqp://' });
};

export const brokerEndpoint = z.strictObject(brokerFields).superRefine(tlsGoesWithAmqps);
