import type { ApiCellConfig } from './api-cell.config.js';

export interface PublicUrls {
  readonly identity: string;
  readonly image: string;
  readonly compute: string;
  /** Undefined where there is no console proxy. */
  readonly consoles: string | undefined;
  /** Absent where there is no listener for it. */
  readonly network?: string;
}

const PORTS = { identity: 5000, image: 9292, compute: 8774, network: 9696 } as const;

/** How users reach each API: an operator's own Keystone or Glance where one is configured, else this cell's listeners. */
export const publicUrlsOf = ({ publicHost, listeners, identity, images, consoles }: ApiCellConfig): PublicUrls => {
  const own = (name: keyof typeof PORTS): string => `http://${publicHost}:${listeners[name]?.port ?? PORTS[name]}`;
  return {
    identity: identity.kind === 'keystone' ? identity.url.replace(/\/v3\/?$/, '') : own('identity'),
    image: images.kind === 'glance' ? images.url.replace(/\/v2\/?$/, '') : own('image'),
    compute: own('compute'),
    consoles: consoles && (consoles.publicUrl?.replace(/\/$/, '') ?? `http://${publicHost}:${consoles.port}`),
    ...(listeners.network && { network: own('network') }),
  };
};

/** The same for everybody: there is one way in. */
export const catalogOf = (urls: PublicUrls) => {
  const everywhere = (url: string) => ({ public: url, internal: url, admin: url });
  return [
    { type: 'identity', name: 'keystone', urls: everywhere(`${urls.identity}/v3`) },
    { type: 'image', name: 'glance', urls: everywhere(urls.image) },
    { type: 'compute', name: 'nova', urls: everywhere(`${urls.compute}/v2.1`) },
    ...(urls.network === undefined ? [] : [{ type: 'network', name: 'neutron', urls: everywhere(urls.network) }]),
  ];
};
