import { ALL_IMAGES, type Image, type ImageCaller, type ImageQuery, type ImageService } from '#images';
import { invalidParameter, type Page, parameterOf, parseTime, type Query, valuesOf } from '../api/index.js';

/** What a list of images is asked for in Nova's words: the image service's query, and what that one has no words for. */
export interface ProxiedQuery {
  readonly query: Omit<ImageQuery, 'limit' | 'marker'>;
  readonly keep: (image: Image) => boolean;
}

/** @throws CloudError `invalid` for what is no time or no number. */
export const proxiedQueryOf = (asked: Query): ProxiedQuery => {
  const value = (name: string) => parameterOf(asked, name);
  const [name, status, server, type] = [value('name'), value('status'), value('server'), value('type')];
  const properties = Object.keys(asked)
    .filter(key => key.startsWith('property-'))
    .map(key => [key.slice('property-'.length), valuesOf(asked, key).at(-1) ?? ''] as const);
  const since = timeOf('changes-since', value('changes-since'));
  const [minMemoryMb, minDiskGb] = [countOf('minRam', value('minRam')), countOf('minDisk', value('minDisk'))];
  return {
    query: {
      ...ALL_IMAGES,
      attributes: {
        ...(name !== undefined && { name: [name] }),
        ...(status !== undefined && { status: [status.toLowerCase()] }),
      },
      properties: {
        ...Object.fromEntries(properties),
        // A server may be named by its address.
        ...(server !== undefined && { instance_uuid: server.split('/').at(-1) ?? '' }),
        ...(type !== undefined && { image_type: type }),
      },
      times: since === undefined ? [] : [{ attribute: 'updated_at', operator: 'gte', at: since }],
    },
    keep: image =>
      (minMemoryMb === undefined || image.minMemoryMb === minMemoryMb) && (minDiskGb === undefined || image.minDiskGb === minDiskGb),
  };
};

const timeOf = (name: string, text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  const time = parseTime(text);
  if (time === undefined) throw invalidParameter(name, text, 'Invalid datetime string');
  return time;
};

const countOf = (name: string, text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text)) throw invalidParameter(name, text, 'not a number');
  return Number(text);
};

/** One page, read as often as it takes to fill it with what passes. */
export const listProxied = async (
  images: Pick<ImageService, 'list'>,
  ctx: ImageCaller,
  { query, keep }: ProxiedQuery,
  { limit, marker }: Page,
): Promise<Image[]> => {
  const found: Image[] = [];
  let after = marker;
  while (found.length < limit) {
    const page = await images.list(ctx, { ...query, limit, ...(after !== undefined && { marker: after }) });
    found.push(...page.filter(keep));
    after = page.at(-1)?.id;
    if (page.length < limit) break;
  }
  return found.slice(0, limit);
};
