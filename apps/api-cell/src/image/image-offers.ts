/** How data may come into an image beside being uploaded. Nothing is fetched from the web: an image would reach what its maker may not. */
export const IMPORT_METHODS: readonly string[] = ['glance-direct'];

/** The one place where data is kept. */
export const STORE = 'file';
