import { z } from 'zod';
import { brokerFields, tlsGoesWithAmqps } from '#service-runtime';

const timeoutSeconds = z.number().int().min(1).max(120).default(20);
const program = z.array(z.string().min(1)).min(1);

/** A cell's own broker, as the cell's configuration names it. */
export const ownBroker = z
  .strictObject({
    ...brokerFields,
    /** The same virtual host as the cells below reach it; a user and a password in it are not used. The address of `url` unless given. */
    urlForChildren: brokerFields.url.optional(),
    /** How the accounts of cells that join below are made. Without it no cell can join: AMQP itself knows no accounts. */
    accounts: z
      .discriminatedUnion('kind', [
        z.strictObject({
          kind: z.literal('command'),
          /** A program and its arguments; it gets RabbitMQ's definitions (JSON) on its standard input. */
          ensure: program.default(['rabbitmqctl', 'import_definitions']),
          /** Gets the name of the user as its last argument. */
          remove: program.default(['rabbitmqctl', 'delete_user']),
          timeoutSeconds,
        }),
        z.strictObject({
          kind: z.literal('management'),
          /** Of RabbitMQ's management plugin, with an account that has the tag `administrator`: http://user:password@host:15672 */
          url: z.url({ protocol: /^https?$/ }),
          timeoutSeconds,
        }),
      ])
      .optional(),
  })
  .superRefine(tlsGoesWithAmqps);
export type OwnBroker = z.infer<typeof ownBroker>;
