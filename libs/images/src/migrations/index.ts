import { CompleteImages1763900000002 } from './complete-images.js';
import { CreateImageTables1763800000002 } from './create-image-tables.js';

export const imageMigrations = [CreateImageTables1763800000002, CompleteImages1763900000002];
