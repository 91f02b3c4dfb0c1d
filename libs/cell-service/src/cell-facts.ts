import type { BrokerAddress, CellFacts } from '#cell';

interface Url {
  readonly url: string;
}

/** How the cell is reached, without the passwords. */
export const factsOf = ({ own, parent }: { readonly own: Url; readonly parent?: Url }): CellFacts => ({
  brokers: { own: addressOf(own.url), ...(parent === undefined ? {} : { parent: addressOf(parent.url) }) },
});

const PORTS: Readonly<Record<string, number>> = { 'amqp:': 5672, 'amqps:': 5671 };

const addressOf = (url: string): BrokerAddress => {
  const { protocol, hostname, port, username } = new URL(url);
  return { username: decodeURIComponent(username), host: hostname, port: port ? Number(port) : (PORTS[protocol] ?? 0) };
};
