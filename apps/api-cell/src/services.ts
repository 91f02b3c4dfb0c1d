import type { DataSource } from 'typeorm';
import { CloudError } from '#domain';
import { EmbeddedIdentity, type IdentityService, KeystoneIdentity } from '#identity';
import { EmbeddedImages, GlanceImages, type ImageService } from '#images';
import type { Policy } from '#policy';
import type { ServiceRuntime } from '#service-runtime';
import type { ApiCellConfig } from './api-cell.config.js';
import { catalogOf, type PublicUrls } from './public-urls.js';

/** Identity as this cell uses it: its own, or a Keystone. */
export const identityOf = (
  config: ApiCellConfig,
  urls: PublicUrls,
  database: DataSource,
  { clock, random }: ServiceRuntime,
): Promise<IdentityService> => {
  const { identity, region } = config;
  if (identity.kind === 'keystone') {
    const { url, username, password, projectName, domainName } = identity;
    return Promise.resolve(
      new KeystoneIdentity({ url, username, password, project: projectName, userDomain: domainName, projectDomain: domainName, clock }),
    );
  }
  const { adminPassword, tokenSeconds } = identity;
  return EmbeddedIdentity.start({
    database,
    clock,
    random,
    adminPassword,
    region,
    catalog: catalogOf(urls),
    tokenLifetimeSeconds: tokenSeconds,
  });
};

/** @throws CloudError `invalid`: a Glance trusts a Keystone's tokens, not those of the embedded Identity. */
export const imagesOf = (
  config: ApiCellConfig,
  urls: PublicUrls,
  database: DataSource,
  identity: IdentityService,
  policy: Policy,
  { clock, random, logger }: ServiceRuntime,
): Promise<ImageService> => {
  const { images } = config;
  if (images.kind === 'embedded') {
    const { directory, maxBytes } = images;
    return EmbeddedImages.start({ database, clock, random, logger, directory, publicUrl: urls.image, maxImageBytes: maxBytes, policy });
  }
  if (!(identity instanceof KeystoneIdentity)) throw new CloudError('invalid', "images.kind: 'glance' needs identity.kind: 'keystone'");
  return Promise.resolve(new GlanceImages({ url: images.url, serviceToken: () => identity.serviceToken() }));
};
