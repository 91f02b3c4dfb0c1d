export const DISK_FORMATS = ['ami', 'ari', 'aki', 'vhd', 'vhdx', 'vmdk', 'raw', 'qcow2', 'vdi', 'iso', 'ploop'] as const;
export const CONTAINER_FORMATS = ['ami', 'ari', 'aki', 'bare', 'ovf', 'ova', 'docker', 'compressed'] as const;
export const VISIBILITIES = ['public', 'private', 'shared', 'community'] as const;

/**
 * `queued`: no data yet; `saving`: data is arriving; `uploading`: it arrives, or has
 * arrived, at the staging area, from which an import takes it; `active`: whole, checked, and never changed again; `deactivated`: as active, but only
 * administrators get the data. A Glance knows more.
 */
export type ImageStatus = 'queued' | 'saving' | 'uploading' | 'active' | 'deactivated' | (string & {});
export type Visibility = (typeof VISIBILITIES)[number];

export interface Image {
  /** A uuid with dashes. */
  readonly id: string;
  readonly name: string | null;
  readonly status: ImageStatus;
  readonly visibility: Visibility;
  /** A project's id. */
  readonly owner: string;
  /** True: it cannot be deleted. */
  readonly protected: boolean;
  /** True: left out of lists unless asked for. */
  readonly hidden: boolean;
  readonly diskFormat: string | null;
  readonly containerFormat: string | null;
  readonly minDiskGb: number;
  readonly minMemoryMb: number;
  /** Null until it is active. */
  readonly sizeBytes: number | null;
  /** Of the disk in it, where the format tells. */
  readonly virtualSizeBytes: number | null;
  /** MD5, lower-case hex: what old clients check. */
  readonly checksum: string | null;
  /** SHA-512, lower-case hex. */
  readonly sha512: string | null;
  readonly tags: readonly string[];
  readonly properties: Readonly<Record<string, string>>;
  /** ms since 1970 */
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** What a user may give and change. */
export type ImageFields = Pick<
  Image,
  | 'name'
  | 'visibility'
  | 'owner'
  | 'protected'
  | 'hidden'
  | 'diskFormat'
  | 'containerFormat'
  | 'minDiskGb'
  | 'minMemoryMb'
  | 'tags'
  | 'properties'
>;
