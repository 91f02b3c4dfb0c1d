import { downQueue, EXCHANGES } from './names.js';

/** What an account may do in a virtual host: regular expressions over names, as RabbitMQ takes them. */
export interface BrokerRights {
  readonly configure: string;
  readonly write: string;
  readonly read: string;
}

/** A child takes what is sent to it and publishes upwards. It declares nothing and sees nothing of its siblings. */
export const childRights = (child: string): BrokerRights => ({
  configure: '^$',
  write: `^${escaped(EXCHANGES.up)}$`,
  read: `^${escaped(downQueue(child))}$`,
});

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
