export interface Link {
  readonly rel: string;
  readonly href: string;
}

/** Where a client finds things, as seen from its own request. One object per origin and project, so that rendered text can be kept by it. */
export class Links {
  readonly key: string;
  private readonly versioned: string;
  private readonly plain: string;

  /**
   * @param origin `http://host:8774`
   * @param prefix the version as it stands in the path: `v2.1`
   * @param projectId as it stands in the path; undefined when it does not
   */
  constructor(
    readonly origin: string,
    readonly prefix: string,
    projectId: string | undefined,
  ) {
    const project = projectId === undefined ? '' : `/${projectId}`;
    this.versioned = `${origin}/${prefix}${project}/`;
    this.plain = `${origin}${project}/`;
    this.key = this.versioned;
  }

  /** `…/v2.1/servers/ID` */
  self(collection: string, id: string): string {
    return `${this.versioned}${collection}/${id}`;
  }

  /** `…/servers/ID`: the permanent address, which names no version. */
  bookmark(collection: string, id: string): string {
    return `${this.plain}${collection}/${id}`;
  }

  of(collection: string, id: string): Link[] {
    return [
      { rel: 'self', href: this.self(collection, id) },
      { rel: 'bookmark', href: this.bookmark(collection, id) },
    ];
  }

  bookmarkOnly(collection: string, id: string): Link[] {
    return [{ rel: 'bookmark', href: this.bookmark(collection, id) }];
  }

  /** The next page: the same query with another marker. `path` is relative to the version: `servers/detail`. */
  next(path: string, query: Readonly<Record<string, string | readonly string[]>>, marker: string): Link {
    const parameters = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) {
      if (name !== 'marker') for (const one of [value].flat()) parameters.append(name, one);
    }
    parameters.append('marker', marker);
    return { rel: 'next', href: `${this.versioned}${path}?${parameters}` };
  }
}

/** Names and addresses that may stand in a Host header; anything else is answered with the configured origin. */
const HOST = /^[A-Za-z0-9.\-_[\]:]{1,255}$/;
const KEPT = 64;

/** Gives each origin and project its one Links object. */
export class LinkRegistry {
  private readonly known = new Map<string, Links>();

  /** @param publicUrl when configured it stands in all links, whatever name the client used */
  constructor(private readonly publicUrl: string | undefined) {}

  for(protocol: string, host: string | undefined, prefix: string, projectId: string | undefined): Links {
    const origin = this.publicUrl ?? `${protocol}://${host !== undefined && HOST.test(host) ? host : 'localhost'}`;
    const key = `${origin} ${prefix} ${projectId ?? ''}`;
    let links = this.known.get(key);
    if (!links) {
      // A client may send any Host header: what is kept for them is bounded.
      if (this.known.size >= KEPT) this.known.clear();
      links = new Links(origin, prefix, projectId);
      this.known.set(key, links);
    }
    return links;
  }
}
