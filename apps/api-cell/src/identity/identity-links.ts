/** The public URL of Identity with `/v3`, and the links that its answers carry. */
export class IdentityLinks {
  readonly v3: string;

  /** @param publicUrl with or without `/v3` */
  constructor(publicUrl: string) {
    this.v3 = `${publicUrl.replace(/\/+$/, '').replace(/\/v3$/, '')}/v3`;
  }

  self(...path: string[]): { self: string } {
    return { self: [this.v3, ...path].join('/') };
  }

  /** Of a collection: everything is on one page. */
  collection(path: string): { self: string; previous: null; next: null } {
    return { ...this.self(path), previous: null, next: null };
  }
}
