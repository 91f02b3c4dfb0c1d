import type { Duplex } from 'node:stream';
import type { ConsoleDoor, ImageSource, ImageUpload, UnwantedImage } from '#contracts';
import type { GuestFile, LocalImage, OfferedFile } from '#hypervisor';

/** The images that guests of this host are made of, each once. */
export interface ImageStore {
  /** Called before anything else by each host whose driver reads images. @throws CloudError `unavailable` when it cannot be used. */
  start(): Promise<void>;
  /**
   * The image on this host, fetched when it is not there.
   * @param options.deadline ms since 1970
   * @throws CloudError `invalid` for an image that no host can use, or why it cannot be fetched.
   */
  get(image: ImageSource, options: { readonly deadline: number }): Promise<LocalImage>;
}

/** Where images of guests go. */
export interface ImageService {
  /**
   * Fills an image that waits for its data.
   * @throws CloudError `notFound` when the image was deleted meanwhile, or `ended` says that its guest goes; `conflict` when it has data;
   *   else as the image service says.
   */
  upload(image: ImageUpload, data: AsyncIterable<Uint8Array>, ended: AbortSignal): Promise<void>;
  /** Deletes an image. It is not worth failing for: whoever asked for the image hears why there is none. */
  discard(image: UnwantedImage): Promise<void>;
}

/** How hosts give each other the files of guests that move. */
export interface FileExchange {
  /** Where other hosts fetch a file that was put aside here; null when nobody may. */
  urlOf(host: string, instanceUuid: string, file: GuestFile): string | null;
  /** Reads a file that another host offers. @throws CloudError: whoever reads must not use what came before it. */
  fetch(file: OfferedFile): AsyncIterable<Uint8Array>;
}

/** Consoles of a host's guests that are connected with a proxy. */
export interface Consoles {
  /** Joins the console with the door, and takes it over. @throws CloudError `unavailable` when the door does not let it in. */
  open(console: Duplex, door: ConsoleDoor): Promise<void>;
  close(): void;
}

/** What the agent of a host asks of the world, besides its hypervisor. */
export interface HostPorts {
  readonly images: ImageStore;
  readonly imageService: ImageService;
  readonly files: FileExchange;
  readonly consoles: Consoles;
}
