import { CloudError } from '#domain';
import type { QuotaSet } from '../quotas/quota-resources.js';

/** A file that the user wants in the guest; `contents` is base64. */
export interface PersonalityFile {
  readonly path: string;
  readonly contents: string;
}

/** @throws CloudError `overLimit` in Nova's words when a quota on injected files is exceeded. */
export const checkPersonality = (files: readonly PersonalityFile[], limits: QuotaSet): void => {
  const { injected_files: most, injected_file_path_bytes: longestPath, injected_file_content_bytes: longestContent } = limits;
  if (over(files.length, most)) throw new CloudError('overLimit', 'Personality file limit exceeded');
  for (const { path, contents } of files) {
    if (over(Buffer.byteLength(path), longestPath))
      throw new CloudError('overLimit', `Personality file path exceeds maximum ${longestPath}`);
    if (over(Buffer.from(contents, 'base64').length, longestContent))
      throw new CloudError('overLimit', `Personality file content exceeds maximum ${longestContent}`);
  }
};

const over = (value: number, limit: number): boolean => limit >= 0 && value > limit;
